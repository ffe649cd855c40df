// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Follower, stream } from "../src/api/events";

/** A connection that somebody follows. */
interface Connection {
  lastId: string | undefined;
  send: (text: string) => void;
  fail: () => void;
  closed: boolean;
}

let connections: Connection[] = [];
let channels: Channel[] = [];

/** The channel of a browser: each message to all others. */
class Channel {
  onmessage: ((e: { data: unknown }) => void) | undefined;
  constructor() {
    channels.push(this);
  }
  postMessage(data: unknown) {
    const others = channels.filter((c) => c !== this);
    queueMicrotask(() => others.forEach((c) => c.onmessage?.({ data })));
  }
  close() {
    channels = channels.filter((c) => c !== this);
  }
}

/** The locks of a browser, for one name. */
class Locks {
  private held: { lose: (reason: Error) => void } | undefined;
  private queue: (() => void)[] = [];

  async request(_: string, options: { signal?: AbortSignal; steal?: boolean }, work: () => Promise<void>) {
    if (options.steal) {
      this.held?.lose(new Error("stolen"));
      this.held = undefined;
    }
    while (this.held) {
      await new Promise<void>((resolve, reject) => {
        this.queue.push(resolve);
        options.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    }
    let mine: { lose: (reason: Error) => void } | undefined;
    const lost = new Promise<never>((_, reject) => (mine = { lose: reject }));
    this.held = mine;
    const work_ = work().finally(() => {
      if (this.held === mine) {
        this.held = undefined;
        this.queue.splice(0).forEach((resolve) => resolve());
      }
    });
    await Promise.race([work_, lost]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  channels = [];
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("navigator", { locks: new Locks() });
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const c: Connection = {
      lastId: (init.headers as Record<string, string>)["Last-Event-ID"],
      send: () => undefined,
      fail: () => undefined,
      closed: false,
    };
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        c.send = (text) => stream.enqueue(new TextEncoder().encode(text));
        c.fail = () => stream.error(new TypeError("no network"));
        init.signal?.addEventListener("abort", () => {
          c.closed = true;
          stream.error(new Error("aborted"));
        });
      },
    });
    connections.push(c);
    return Promise.resolve(new Response(body));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function tab() {
  const heard: string[] = [];
  const follower = new Follower({
    activity: (e) => heard.push(e.id),
    live: () => undefined,
    reset: () => undefined,
    opened: () => undefined,
  });
  follower.start();
  return { heard, follower };
}

const activity = (id: string) => `id: ${id}\nevent: activity\ndata: {"id":"${id}"}\n\n`;
const open = () => connections.filter((c) => !c.closed);

test("tabs share one connection, and another goes on where the one that had it is closed", async () => {
  const [first, second, third] = [tab(), tab(), tab()];
  await vi.waitFor(() => expect(open()).toHaveLength(1));
  open()[0]?.send(activity("7"));
  await vi.waitFor(() => expect([first, second, third].map((t) => t.heard)).toEqual([["7"], ["7"], ["7"]]));
  first.follower.stop();
  await vi.waitFor(() => expect(open()).toHaveLength(1));
  expect(open()[0]?.lastId).toBe("7");
  open()[0]?.send(activity("8"));
  await vi.waitFor(() =>
    expect([second, third].map((t) => t.heard)).toEqual([
      ["7", "8"],
      ["7", "8"],
    ]),
  );
  expect(first.heard).toEqual(["7"]);
  second.follower.stop();
  third.follower.stop();
});

test("a tab that hangs loses its turn", async () => {
  const [first, second] = [tab(), tab()];
  await vi.waitFor(() => expect(open()).toHaveLength(1));
  const [hangs] = channels;
  if (hangs) {
    hangs.postMessage = () => undefined;
  }
  await vi.advanceTimersByTimeAsync(10_000);
  open()[0]?.send(activity("7"));
  await vi.waitFor(() => expect(first.heard).toEqual(["7"]));
  for (let i = 0; i < 8; i++) {
    open()[0]?.send(": here\n\n");
    await vi.advanceTimersByTimeAsync(10_000);
  }
  await vi.waitFor(() => expect(open()).toHaveLength(1));
  open()[0]?.send(activity("8"));
  await vi.waitFor(() => expect(second.heard).toEqual(["8"]));
  first.follower.stop();
  second.follower.stop();
});

test("where tabs cannot agree, each follows by itself", async () => {
  vi.stubGlobal("navigator", {});
  const [first, second] = [tab(), tab()];
  await vi.waitFor(() => expect(open()).toHaveLength(2));
  first.follower.stop();
  second.follower.stop();
  await vi.waitFor(() => expect(open()).toHaveLength(0));
});

test("why the node refuses its events is told, and that it does not answer is none", async () => {
  const { follower } = tab();
  const answer = { detail: "48 listen already", hint: "close other dashboards", code: "unavailable" };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer), { status: 503 })));
  open()[0]?.fail();
  await vi.waitFor(() => expect(stream.value).toMatchObject({ kind: "lost", reason: "" }));
  await vi.advanceTimersByTimeAsync(1000);
  await vi.waitFor(() =>
    expect(stream.value).toMatchObject({ kind: "lost", reason: "48 listen already; close other dashboards" }),
  );
  follower.stop();
});
