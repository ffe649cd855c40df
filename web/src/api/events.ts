import { signal } from "@preact/signals";
import { problemOf, send } from "./client";
import { join, type Tabs } from "./tabs";
import { parseVisible } from "../visible";
import type { ActivityEvent, LiveFrame } from "./types";

/** How the stream of events stands. */
export type StreamState =
  | { kind: "idle" }
  | { kind: "connecting" }
  | { kind: "live" }
  /** Lost; tried again at a time, in milliseconds since 1970. The reason is empty when the node does not answer at all. */
  | { kind: "lost"; since: number; retryAt: number; attempts: number; reason: string };

export const stream = signal<StreamState>({ kind: "idle" });

export interface Listener {
  activity(event: ActivityEvent): void;
  live(frame: LiveFrame): void;
  /** Events were missed: everything has to be read again. */
  reset(): void;
  /** The stream is there, for the first time or again. */
  opened(): void;
}

/** What tabs tell each other. */
type Word = { message: Message } | { state: StreamState } | { ask: "state" | "retry" };

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
 * connection failed and give up at the first refusal, so this is made with fetch. One
 * tab of the browser has the connection and tells the others what comes.
 */
export class Follower {
  private lastId = "";
  private abort: AbortController | undefined;
  private wake: (() => void) | undefined;
  private tabs: Tabs<Word> | undefined;
  private leading = false;

  constructor(private readonly listener: Listener) {}

  start(): void {
    if (this.tabs) {
      return;
    }
    const tabs = join<Word>((word) => this.hear(word));
    this.tabs = tabs;
    stream.value = { kind: "connecting" };
    tabs.tell({ ask: "state" });
    void this.run(tabs);
  }

  stop(): void {
    this.tabs?.leave();
    this.tabs = undefined;
    stream.value = { kind: "idle" };
  }

  /** Tries again now instead of later. */
  retry(): void {
    if (this.leading) {
      this.wake?.();
    } else {
      this.tabs?.tell({ ask: "retry" });
    }
  }

  /** Hears what another tab says. */
  private hear(word: Word): void {
    if ("ask" in word) {
      if (this.leading && word.ask === "state") {
        this.tabs?.tell({ state: stream.value });
      } else if (this.leading) {
        this.wake?.();
      }
    } else if (this.leading) {
      return;
    } else if ("message" in word) {
      this.take(word.message);
    } else {
      this.stands(word.state);
    }
  }

  private stands(state: StreamState): void {
    const opened = state.kind === "live" && stream.value.kind !== "live";
    stream.value = state;
    if (opened) {
      this.listener.opened();
    }
  }

  /** Says how the stream stands, here and to the other tabs. */
  private say(state: StreamState): void {
    this.stands(state);
    this.tabs?.tell({ state });
  }

  private async run(tabs: Tabs<Word>): Promise<void> {
    while (this.tabs === tabs) {
      await tabs.lead(async (turn) => {
        this.leading = true;
        try {
          await this.lead(turn);
        } finally {
          this.leading = false;
        }
      });
    }
  }

  private async lead(turn: AbortSignal): Promise<void> {
    turn.addEventListener("abort", () => {
      this.leading = false;
      this.abort?.abort();
      this.wake?.();
    });
    let attempts = 0;
    let since = 0;
    while (!turn.aborted) {
      if (attempts === 0) {
        this.say({ kind: "connecting" });
      }
      let reason = "";
      try {
        await this.follow(() => {
          attempts = 0;
          since = 0;
        });
      } catch (thrown) {
        const problem = problemOf(thrown);
        if (!turn.aborted && problem.status === 401) {
          this.stop();
        }
        reason = problem.status > 0 ? [problem.message, problem.hint].filter((x) => x !== "").join("; ") : "";
      }
      if (turn.aborted) {
        return;
      }
      since ||= Date.now();
      attempts++;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
      this.say({ kind: "lost", since, retryAt: Date.now() + pause, attempts, reason });
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
      this.say({ kind: "live" });
      const parse = parser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE);
        for (const message of parse(value)) {
          this.take(message);
          this.tabs?.tell({ message });
        }
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
      this.listener.live(parseVisible(m.data) as LiveFrame);
    } else if (m.event === "activity") {
      this.listener.activity(parseVisible(m.data) as ActivityEvent);
    } else if (m.event === "reset") {
      this.lastId = "";
      this.listener.reset();
    }
  }
}
