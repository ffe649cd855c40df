import { batch, computed, signal } from "@preact/signals";
import { Follower } from "./api/events";
import { api, problemOf, refreshSession, session, type Problem } from "./api/client";
import type { ActivityEvent, LiveFrame, Operation, Status, Summary } from "./api/types";

/** Everything that the views show comes from here: answers of the API, kept new by its events. */

/** Seconds of rates that a card shows. */
export const SPARK = 120;
/** Most events kept here; the server has more. */
const EVENTS = 500;
/** Pause between two questions for everything, in milliseconds, while events arrive. */
const SETTLE = 700;
/** Everything is asked for again at the latest after this many milliseconds. */
const AGAIN = 30_000;

export const status = signal<Status | null>(null);
/** Why the status could not be read; null when it could. */
export const trouble = signal<Problem | null>(null);
export const live = signal<LiveFrame | null>(null);
export const operations = signal<Operation[]>([]);
/** Newest first. */
export const events = signal<ActivityEvent[]>([]);
/** The time, in milliseconds since 1970, each second. */
export const now = signal(Date.now());
/** Counts up when something may have changed that is shown of a community; "" is the node. */
export const revisions = signal<Record<string, number>>({});

export interface Spark {
  up: number[];
  down: number[];
}

/** Rates of the last two minutes by community; "" is the node. */
export const sparks = signal<Record<string, Spark>>({});

/** A community as it stands at this second. */
function withLive(c: Summary, frame: LiveFrame | null): Summary {
  const l = frame?.communities.find((x) => x.id === c.id);
  if (!l || !c.limits) {
    return c;
  }
  const { limits } = c;
  return {
    ...c,
    limits: {
      ...limits,
      peers: l.peers,
      up: { ...limits.up, rate: l.up },
      down: { ...limits.down, rate: l.down },
      storage: { ...limits.storage, used: l.used, reserved: l.reserved },
    },
  };
}

/** The communities, by name. */
export const communities = computed<Summary[]>(() => {
  const list = status.value?.communities ?? [];
  return list
    .map((c) => withLive(c, live.value))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.id.localeCompare(b.id));
});

/** What people call a community: its name, or the beginning of its id. */
export function nameOf(c: { id: string; name: string }): string {
  return c.name || c.id.slice(0, 10) + "…";
}

export function communityName(id: string | undefined): string {
  const c = status.value?.communities.find((x) => x.id === id);
  return c ? nameOf(c) : (id ?? "").slice(0, 10);
}

let settling: ReturnType<typeof setTimeout> | undefined;
let lastRead = 0;
let reading: Promise<void> | undefined;
let stale = false;

/** Reads everything anew, soon; many calls are one. */
export function refresh(): void {
  settling ??= setTimeout(() => {
    settling = undefined;
    void readAll();
  }, SETTLE);
}

/** Reads everything anew, now. What is asked for meanwhile is answered by one more reading, which all wait for. */
export function readAll(): Promise<void> {
  stale = true;
  reading ??= readWhileStale().finally(() => (reading = undefined));
  return reading;
}

async function readWhileStale(): Promise<void> {
  while (stale) {
    stale = false;
    await readOnce();
  }
}

async function readOnce(): Promise<void> {
  lastRead = Date.now();
  try {
    const [newStatus, open] = await Promise.all([api.status(), api.operations(true)]);
    batch(() => {
      status.value = newStatus;
      operations.value = open;
      trouble.value = null;
    });
  } catch (thrown) {
    trouble.value = problemOf(thrown);
  }
}

function changed(community: string | undefined): void {
  const key = community ?? "";
  revisions.value = { ...revisions.value, [key]: (revisions.value[key] ?? 0) + 1 };
}

const push = (list: number[] | undefined, value: number) => [...(list ?? []), value].slice(-SPARK);

/** Seconds between two points of the last hour. */
const POINT = 10;

/** Fills the rates of the last two minutes with what the node remembers, before there are any of its own. */
export async function seedSpark(id: string, signal: AbortSignal): Promise<void> {
  const { up, down } = await api.rates(id === "" ? undefined : id, "1h", signal);
  const old = sparks.value[id];
  const fill = (points: (number | null)[], own: number[] | undefined) => {
    const seconds = points.slice(-SPARK / POINT).flatMap((p) => new Array<number>(POINT).fill(p ?? 0));
    return [...seconds, ...(own ?? [])].slice(-SPARK);
  };
  if ((old?.up.length ?? 0) < SPARK) {
    sparks.value = { ...sparks.value, [id]: { up: fill(up, old?.up), down: fill(down, old?.down) } };
  }
}

function takeLive(frame: LiveFrame): void {
  batch(() => {
    live.value = frame;
    now.value = Date.now();
    const next: Record<string, Spark> = {};
    for (const c of [{ id: "", up: frame.node.up, down: frame.node.down }, ...frame.communities]) {
      const old = sparks.value[c.id];
      next[c.id] = { up: push(old?.up, c.up), down: push(old?.down, c.down) };
    }
    sparks.value = next;
    const moved = new Map(frame.operations.map((o) => [o.id, o]));
    if (moved.size > 0) {
      operations.value = operations.value.map((o) => ({ ...o, ...moved.get(o.id) }));
    }
  });
}

export const follower = new Follower({
  activity(event) {
    batch(() => {
      events.value = [event, ...events.value.filter((e) => e.id !== event.id)].slice(0, EVENTS);
      changed(event.community);
    });
    refresh();
  },
  live: takeLive,
  reset() {
    events.value = [];
    void readEvents();
    refresh();
  },
  opened() {
    for (const c of status.value?.communities ?? []) {
      changed(c.id);
    }
    refresh();
  },
});

/** Reads the newest events that were before the page. */
export async function readEvents(): Promise<void> {
  try {
    const list = await api.activity(200);
    const have = new Set(list.map((e) => e.id));
    events.value = [...events.value.filter((e) => !have.has(e.id)), ...list].slice(0, EVENTS);
  } catch {
    // The view that shows them asks again and says why.
  }
}

let started = false;

/** Begins to follow the node; called once somebody is logged in. */
export function follow(): void {
  if (!started) {
    started = true;
    setInterval(() => {
      now.value = Date.now();
      if (session.value === "in" && Date.now() - lastRead > AGAIN) {
        void readAll();
      }
    }, 1000);
  }
  void readAll();
  void readEvents();
  follower.start();
}

/** Asks who is logged in until the node answers, then follows it. */
export async function start(): Promise<void> {
  try {
    await refreshSession();
    trouble.value = null;
  } catch (thrown) {
    trouble.value = problemOf(thrown);
    setTimeout(() => void start(), 2000);
  }
}

session.subscribe((state) => {
  if (state === "in") {
    follow();
  } else if (state === "out") {
    follower.stop();
    batch(() => {
      status.value = null;
      live.value = null;
      events.value = [];
      operations.value = [];
    });
  }
});
