// A world is what the tests of a worker share: an owner with a history, and members
// that are made as tests need them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { Forger } from "./forger.ts";
import { history } from "./history.ts";
import { SeederNode, type Settings } from "./node.ts";

export const weeks = 24;
export const bytesPerWeek = 384 << 10;

interface Status {
  communities: {
    id: string;
    name: string;
    archives: Record<string, number>;
    announcement?: { sent_at: number };
  }[];
}

export class World {
  private readonly dir = mkdtempSync(join(tmpdir(), "seeder-web-"));
  private readonly nodes: SeederNode[] = [];
  private readonly forgers: Forger[] = [];
  private made = 0;
  private readonly onExit = (): void => {
    for (const n of [...this.nodes, ...this.forgers]) {
      n.killNow();
    }
    rmSync(this.dir, { recursive: true, force: true });
  };

  constructor(private readonly worker: number) {
    process.on("exit", this.onExit);
  }

  // origins are those of the nodes' pages.
  get origins(): Set<string> {
    return new Set(this.nodes.map((n) => n.origin));
  }

  // address is of 127/8, where ports are given to nobody.
  private address(): string {
    this.made++;
    return `127.${16 + (process.pid % 200)}.${this.worker % 250}.${this.made}`;
  }

  // node makes a node, which does not run yet.
  node(name: string, settings?: Settings): SeederNode {
    const n = new SeederNode(name, join(this.dir, `${name}-${this.made}`), this.address(), settings);
    this.nodes.push(n);
    return n;
  }

  // owner makes and starts the owner of a community with a history, and returns
  // when all of it is archived.
  async owner(
    name = "Garden Club",
    size = { weeks, bytesPerWeek },
    settings: Settings = {},
  ): Promise<{ node: SeederNode; id: string }> {
    const node = this.node("owner", settings);
    const { id } = JSON.parse(await node.command("community", "create", "--name", name, "--output", "json")) as {
      id: string;
    };
    await node.command("key", "show", id, "--private"); // so that nobody is reminded of a copy
    const lines = join(node.dir, "history.jsonl");
    writeFileSync(lines, history(size.weeks, size.bytesPerWeek));
    await node.command("ingest", id, lines);
    rmSync(lines);
    await node.start();
    await eventually("the owner has archived its history", async () => {
      const status = await statusOf(node);
      const archives = status.communities[0]?.archives ?? {};
      return (archives.imported ?? 0) >= size.weeks;
    });
    return { node, id };
  }

  async forger(): Promise<Forger> {
    const f = await Forger.start(join(this.dir, `forger-${this.made}`), this.address());
    this.forgers.push(f);
    return f;
  }

  async close(): Promise<void> {
    await Promise.all([...this.nodes, ...this.forgers].map((n) => n.stop()));
    process.off("exit", this.onExit);
    rmSync(this.dir, { recursive: true, force: true });
  }

  // logs is the end of every log, for a test that failed.
  logs(): string {
    return this.nodes.map((n) => `--- end of the log of ${n.name} (${n.ip})\n${n.tail()}`).join("\n");
  }
}

export async function statusOf(node: SeederNode): Promise<Status> {
  return JSON.parse(await node.command("status", "--output", "json")) as Status;
}
