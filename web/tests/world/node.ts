// A node is a data folder with the process that runs on it, if one does.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./eventually.ts";

// cluster is a Waku cluster of nobody.
export const cluster = 79;
export const program = process.env.SEEDER_PROGRAM ?? join(import.meta.dirname, "../../../bin/seeder");

const stopGrace = 15_000; // milliseconds
const ports = { waku: 26880, swarm: 26881, api: 26883 };

// What others need to reach a node.
export interface Reach {
  waku: string[];
  swarm: string[];
}

export interface Settings {
  peers?: Reach[];
  // the pauses of people, rather than those of tests
  patient?: boolean;
  // lines of the configuration, beside the usual ones
  more?: string;
}

export class SeederNode {
  private process?: ChildProcess;
  private exited?: Promise<number | null>;

  // ip is an address of 127/8 that only this node uses.
  constructor(
    readonly name: string,
    readonly dir: string,
    readonly ip: string,
    settings: Settings = {},
  ) {
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    this.configure(settings);
  }

  get data(): string {
    return join(this.dir, "data");
  }

  get config(): string {
    return join(this.dir, "config.yaml");
  }

  get log(): string {
    return join(this.dir, "log");
  }

  get origin(): string {
    return `http://${this.ip}:${ports.api}`;
  }

  get token(): string {
    return readFileSync(join(this.data, "api.token"), "utf8").trim();
  }

  configure(settings: Settings): void {
    const peers = settings.peers ?? [];
    const waku = JSON.stringify(peers.flatMap((p) => p.waku));
    const swarm = JSON.stringify(peers.flatMap((p) => p.swarm));
    writeFileSync(
      this.config,
      `data_dir: ${JSON.stringify(this.data)}
api:
  listen: ${this.ip}:${ports.api}
waku:
  listen: ${this.ip}:${ports.waku}
  cluster: ${cluster}
  shard: 0
  peers: ${waku}
  store_peers: ${waku}
swarm:
  listen: ${this.ip}:${ports.swarm}
  dht: false
  pex: false
  trackers: []
  peers: ${swarm}
member:
  settle: 0s
${settings.patient ? "" : "  retry_min: 50ms\n  retry_max: 500ms\n"}owner:
  interval: 200ms
${settings.more ?? ""}`,
      { mode: 0o600 },
    );
  }

  // start runs the process and returns when it can be reached.
  async start(): Promise<void> {
    const log = createWriteStream(this.log, { flags: "a" });
    const child = spawn(program, ["run", "--config", this.config], {
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.process = child;
    this.exited = new Promise((resolve) => {
      child.on("error", () => resolve(null)); // it is not there
      child.on("exit", resolve);
    });
    child.on("close", () => log.end()); // the last words may come after its exit
    let ended = false;
    void this.exited.then(() => (ended = true));
    await eventually(`${this.name} answers`, async () => {
      if (ended) {
        throw new Error(`${this.name} ended at once:\n${this.tail()}`);
      }
      return this.nodeFile().pid === child.pid && (await fetch(`${this.origin}/healthz`)).ok;
    });
  }

  // stop ends the process well, and by force when it does not end.
  async stop(): Promise<void> {
    if (!this.process || !this.exited) {
      return;
    }
    const { process: child, exited } = this;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopGrace);
    await exited;
    clearTimeout(timer);
    this.process = undefined;
  }

  // kill ends the process as kill -9 does.
  async kill(): Promise<void> {
    this.process?.kill("SIGKILL");
    await this.exited;
    this.process = undefined;
  }

  // killNow is for when this program itself ends.
  killNow(): void {
    this.process?.kill("SIGKILL");
  }

  // reach is where others find this node, which has to run.
  get reach(): Reach {
    const { waku, swarm } = this.nodeFile();
    return { waku, swarm };
  }

  // command runs `seeder` with the node's configuration and returns its output.
  async command(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, [...args, "--config", this.config], {
      env: environment(),
      maxBuffer: 64 << 20,
    });
    return stdout;
  }

  // call asks the API, as a program does that has the token.
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.origin}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  // note writes a line into the log, so that what follows is found there.
  note(line: string): void {
    if (existsSync(this.dir)) {
      appendFileSync(this.log, `--- ${line}\n`);
    }
  }

  tail(lines = 40): string {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n").slice(-lines).join("\n") : "(no log)";
  }

  private nodeFile(): Reach & { pid: number } {
    return JSON.parse(readFileSync(join(this.data, "node.json"), "utf8")) as Reach & { pid: number };
  }
}

// environment is that of this program without settings of `seeder`.
export function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SEEDER_")));
}
