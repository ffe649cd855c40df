import { signal } from "@preact/signals";
import { problemOf, send } from "./client";
import type { ActivityEvent, LiveFrame } from "./types";

/** How the stream of events stands. */
export type StreamState =
  | { kind: "idle" }
  | { kind: "connecting" }
  | { kind: "live" }
  /** Lost; tried again at a time, in milliseconds since 1970. */
  | { kind: "lost"; since: number; retryAt: number; attempts: number };

export const stream = signal<StreamState>({ kind: "idle" });

export interface Listener {
  activity(event: ActivityEvent): void;
  live(frame: LiveFrame): void;
  /** Events were missed: everything has to be read again. */
  reset(): void;
  /** The stream is there, for the first time or again. */
  opened(): void;
}

interface Message {
  id: string;
  event: string;
  data: string;
}

/** Longest silence, in milliseconds, after which a stream counts as lost. */
const SILENCE = 15_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** Takes text in pieces and returns the messages that are complete (WHATWG HTML, 9.2.6). */
export function parser(): (piece: string) => Message[] {
  let rest = "";
  let now: Message = { id: "", event: "message", data: "" };
  let filled = false;
  return (piece) => {
    const out: Message[] = [];
    const lines = (rest + piece).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (filled) {
          out.push({ ...now, data: now.data.replace(/\n$/, "") });
        }
        now = { id: "", event: "message", data: "" };
        filled = false;
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") {
        now.data += value + "\n";
        filled = true;
      } else if (field === "event") {
        now.event = value;
        filled = true;
      } else if (field === "id") {
        now.id = value;
      }
    }
    return out;
  };
}

/**
 * Follows the events of the node until stopped. EventSource would hide why a
 * connection failed and give up at the first refusal, so this is made with fetch.
 */
export class Follower {
  private lastId = "";
  private abort: AbortController | undefined;
  private wake: (() => void) | undefined;
  private stopped = true;

  constructor(private readonly listener: Listener) {}

  start(): void {
    if (!this.stopped) {
      return;
    }
    this.stopped = false;
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    this.wake?.();
    stream.value = { kind: "idle" };
  }

  /** Tries again now instead of later. */
  retry(): void {
    this.wake?.();
  }

  private async run(): Promise<void> {
    let attempts = 0;
    let since = 0;
    while (!this.stopped) {
      if (attempts === 0) {
        stream.value = { kind: "connecting" };
      }
      try {
        await this.follow(() => {
          attempts = 0;
          since = 0;
        });
      } catch (thrown) {
        if (problemOf(thrown).status === 401) {
          this.stop();
          return;
        }
      }
      if (this.stopped) {
        return;
      }
      since ||= Date.now();
      attempts++;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
      stream.value = { kind: "lost", since, retryAt: Date.now() + pause, attempts };
      await this.sleep(pause);
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private async follow(opened: () => void): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    let silence = setTimeout(() => abort.abort(), SILENCE);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.lastId !== "") {
        headers["Last-Event-ID"] = this.lastId;
      }
      const answer = await send("GET", "/v1/events", { headers, signal: abort.signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (!reader) {
        return;
      }
      opened();
      stream.value = { kind: "live" };
      this.listener.opened();
      const parse = parser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE);
        parse(value).forEach((m) => this.take(m));
      }
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  private take(m: Message): void {
    if (m.id !== "") {
      this.lastId = m.id;
    }
    if (m.event === "live") {
      this.listener.live(JSON.parse(m.data) as LiveFrame);
    } else if (m.event === "activity") {
      this.listener.activity(JSON.parse(m.data) as ActivityEvent);
    } else if (m.event === "reset") {
      this.lastId = "";
      this.listener.reset();
    }
  }
}
