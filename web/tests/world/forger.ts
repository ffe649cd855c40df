// An owner that seals what is not so; see the command forger.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cluster, environment, type Reach } from "./node.ts";

const program = process.env.SEEDER_FORGER ?? join(import.meta.dirname, "../../../bin/forger");

export class Forger {
  private constructor(
    private readonly process: ChildProcess,
    readonly community: string,
    readonly reach: Reach,
  ) {}

  static async start(dir: string, ip: string): Promise<Forger> {
    const child = spawn(program, [dir, `${ip}:26880`, `${ip}:26881`, String(cluster)], {
      env: environment(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout)) {
      const told = JSON.parse(line) as Reach & { community: string };
      return new Forger(child, told.community, { waku: told.waku, swarm: told.swarm });
    }
    throw new Error("forger ended at once");
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.stdin?.end();
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
  }

  killNow(): void {
    this.process.kill("SIGKILL");
  }
}
