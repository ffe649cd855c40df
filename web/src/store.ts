import { batch, computed, signal } from "@preact/signals";
import { Follower, stream } from "./api/events";
import { api, problemOf, refreshSession, session, type Problem } from "./api/client";
import type { ActivityEvent, LiveFrame, Operation, Status, Summary } from "./api/types";
import { isolated } from "./visible";

/** Everything that the views show comes from here: answers of the API, kept new by its events. */

/** Seconds of rates that a card shows. */
export const SPARK = 120;
/** Most events kept here; the server has more. */
const EVENTS = 500;
/** Events that are read at once. */
export const EVENT_PAGE = 200;
/** Pause between two questions for everything, in milliseconds, while events arrive. */
const SETTLE = 700;
/** Everything is asked for again at the latest after this many milliseconds. */
const AGAIN = 30_000;

export const status = signal<Status | null>(null);
/** Why the status could not be read; null when it could. */
export const trouble = signal<Problem | null>(null);
export const live = signal<LiveFrame | null>(null);
export const operations = signal<Operation[]>([]);
/** Newest first, and none is missing between two. */
export const events = signal<ActivityEvent[]>([]);
/** Whether those that were before the page have been read, or why not. */
export const eventsRead = signal<"reading" | "read" | Problem>("reading");
/** The time, in milliseconds since 1970, each second. */
export const now = signal(Date.now());
/** Counts up when something may have changed that is shown of a community; "" is the node, and there are the two below. */
export const revisions = signal<Record<string, number>>({});
/** In revisions: the node answers again after it did not. */
export const CONNECTION = "connection";
/** In revisions: an operation began, goes on or ended. */
export const OPERATIONS = "operations";

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
  return c.name === "" ? c.id.slice(0, 10) + "…" : isolated(c.name);
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
    if (session.value !== "in") {
      return; // somebody logged out meanwhile
    }
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

let opened = false;

export const follower = new Follower({
  activity(event) {
    batch(() => {
      events.value = [event, ...events.value.filter((e) => e.id !== event.id)].slice(0, EVENTS);
      changed(event.community);
      if (event.kind === "operation") {
        changed(OPERATIONS);
      }
    });
    refresh();
  },
  live: takeLive,
  reset() {
    batch(() => {
      events.value = [];
      eventsRead.value = "reading";
    });
    void readEvents();
    refresh();
  },
  opened() {
    batch(() => {
      for (const c of status.value?.communities ?? []) {
        changed(c.id);
      }
      if (opened) {
        changed(CONNECTION);
        changed(OPERATIONS);
      }
    });
    opened = true;
    void readEvents();
    refresh();
  },
});

/** Puts the newest events before those that are known; those go that do not follow without a gap. */
export function joinEvents(newest: ActivityEvent[], known: ActivityEvent[]): ActivityEvent[] {
  const number = (e: ActivityEvent) => Number(e.id); // ids grow from event to event
  const have = new Set(newest.map(number));
  const oldest = newest.length < EVENT_PAGE ? 0 : Math.min(...have);
  const follow = known.some((e) => have.has(number(e)));
  return [...newest, ...known.filter((e) => !have.has(number(e)) && (follow || number(e) > oldest))]
    .sort((a, b) => number(b) - number(a))
    .slice(0, EVENTS);
}

/** Reads the newest events. */
export async function readEvents(): Promise<void> {
  try {
    const list = await api.activity(EVENT_PAGE);
    if (session.value !== "in") {
      return; // somebody logged out meanwhile
    }
    batch(() => {
      events.value = joinEvents(list, events.value);
      eventsRead.value = "read";
    });
  } catch (thrown) {
    eventsRead.value = problemOf(thrown);
  }
}

// What refuses its events may answer otherwise, or say why not.
stream.subscribe((state) => {
  if (state.kind === "lost" && state.reason !== "" && session.value === "in") {
    refresh();
  }
});

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
      eventsRead.value = "reading";
      operations.value = [];
      sparks.value = {};
      trouble.value = null;
    });
  }
});
