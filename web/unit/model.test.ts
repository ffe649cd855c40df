import { describe, expect, test } from "vitest";
import type { Archive, Details, History, LimitsUse, Operation, SpanHistory, Summary } from "../src/api/types";
import { rowsOf } from "../src/components/timeline";
import {
  failures,
  joinProgress,
  nextToGo,
  pinsOf,
  roundOf,
  standingOf,
  stretches,
  tally,
  WEEK,
  weeksOf,
} from "../src/model";

/** The first week of 2025, which begins on a Thursday like all of them. */
const W0 = 2870 * WEEK;
const at = (n: number) => ({ from: W0 + n * WEEK, to: W0 + (n + 1) * WEEK });

function archive(n: number, more: Partial<Archive> = {}): Archive {
  return { id: `0x${n}`, ...at(n), bytes: 1000, messages: 10, sealed: true, state: "imported", ...more };
}

function limits(settings: Record<string, string>): LimitsUse {
  const flow = { limit: 0, rate: 0, from: "default", until: 0, bytes: 0, waiting: 0, waited_seconds: 0 };
  return {
    mode: { serve: true, fetch: true, archive: true },
    up: flow,
    down: flow,
    storage: { used: 0, reserved: 0, overhead: 0, cap: 0, from: "default", archives: 0 },
    peers: 0,
    settings: Object.entries(settings).map(([key, value]) => ({ key, value, from: "set", otherwise: "" })),
  };
}

function community(more: Partial<Details> = {}): Details {
  return {
    id: "0x02",
    name: "Garden",
    role: "member",
    archives: {},
    bytes: 0,
    messages: { archived: 0, pending: 0, late: 0 },
    backed_up_at: 0,
    work: [],
    quarantined: [],
    forks: [],
    limits: limits({}),
    answering: true,
    archive_list: [],
    ...more,
  };
}

function span(n: number, more: Partial<SpanHistory> = {}): SpanHistory {
  return {
    span: at(n),
    state: "complete",
    archived: 1,
    amended: 0,
    imported: 1,
    missing: 0,
    evicted: 0,
    over_cap: 0,
    quarantined: 0,
    expected: 10,
    canonical: 10,
    late: 0,
    pending: 0,
    lacking: 0,
    ...more,
  };
}

const history = (spans: SpanHistory[]): History => ({
  community: "0x02",
  indexed: true,
  spans,
  totals: span(0),
});

describe("what goes next", () => {
  test("is the oldest archive that is here", () => {
    const c = community({ archive_list: [archive(3), archive(1, { state: "evicted" }), archive(2), archive(5)] });
    expect(nextToGo(c)?.id).toBe("0x2");
  });

  test("is none that a pinned span touches", () => {
    const pinned = new Date(at(2).from * 1000).toISOString().slice(0, 10);
    const after = new Date((at(2).from + 86400) * 1000).toISOString().slice(0, 10);
    const c = community({ limits: limits({ pins: `${pinned}..${after}` }), archive_list: [archive(2), archive(3)] });
    expect(nextToGo(c)?.id).toBe("0x3");
  });

  test("is no original, unless its owner allows it", () => {
    const list = [archive(2), archive(3)];
    expect(nextToGo(community({ role: "owner", archive_list: list }))).toBeUndefined();
    const allowed = community({ role: "owner", archive_list: list, limits: limits({ evict_originals: "on" }) });
    expect(nextToGo(allowed)?.id).toBe("0x2");
  });
});

describe("pins", () => {
  test("are read as settings write them", () => {
    expect(pinsOf(limits({ pins: "2024-01-01..2024-02-01,2024-03-01..2024-03-02" }))).toEqual([
      { from: 1704067200, to: 1706745600 },
      { from: 1709251200, to: 1709337600 },
    ]);
  });

  test("are none where none are set", () => {
    expect(pinsOf(limits({ pins: "none" }))).toEqual([]);
    expect(pinsOf(undefined)).toEqual([]);
  });
});

describe("weeks", () => {
  test("reach from the first to the last, those without messages too", () => {
    const weeks = weeksOf(history([span(0), span(3)]), [archive(0), archive(3)], []);
    expect(weeks.map((w) => w.condition)).toEqual(["imported", "none", "none", "imported"]);
    expect(weeks[0]).toMatchObject({ ...at(0), messages: 10, bytes: 1000 });
  });

  test("show the most pressing of their archives", () => {
    const of = (...states: Archive["state"][]) =>
      weeksOf(
        history([span(0)]),
        states.map((state) => archive(0, { state })),
        [],
      )[0]?.condition;
    expect(of("imported", "stored")).toBe("stored");
    expect(of("imported", "listed")).toBe("missing");
    expect(of("evicted", "quarantined", "listed")).toBe("quarantined");
  });

  test("tell what had no room from what is missing", () => {
    const [week] = weeksOf(
      history([span(0)]),
      [archive(0, { state: "listed", reason: "beyond the storage cap: 3 MiB" })],
      [],
    );
    expect(week?.condition).toBe("beyond");
  });

  test("are missing when only the index knows their archive", () => {
    const [week] = weeksOf(history([span(0, { imported: 0, missing: 1, expected: 7 })]), [], []);
    expect(week).toMatchObject({ condition: "missing", messages: 7 });
  });

  test("wait while nothing of them is archived", () => {
    const [week] = weeksOf(history([span(0, { archived: 0, pending: 4, expected: 0 })]), [], []);
    expect(week).toMatchObject({ condition: "pending", pending: 4 });
  });

  test("are only those with something where the history reaches over more than a century, as a made-up one does", () => {
    const far = Math.floor((253402300800 - W0) / WEEK) - 1; // the last that archives may be of
    const weeks = weeksOf(history([]), [archive(far), archive(0), archive(1)], []);
    expect(weeks.map((w) => w.from)).toEqual([at(0).from, at(1).from, at(far).from]);
    expect(weeksOf(history([]), [archive(0), archive(99 * 52)], [])).toHaveLength(99 * 52 + 1);
  });

  test("count archives by condition", () => {
    const weeks = weeksOf(
      history([span(0, { amended: 1 }), span(1)]),
      [archive(0), archive(0), archive(1, { state: "evicted" })],
      [],
    );
    expect(tally(weeks)).toMatchObject({ imported: 2, evicted: 1, amended: 1, missing: 0 });
  });

  test("are put together into few stretches, and what presses stays visible", () => {
    const list = Array.from({ length: 520 }, (_, n) => archive(n, n === 300 ? { state: "quarantined" } : {}));
    const weeks = weeksOf(history([]), list, []);
    const parts = stretches(weeks, 100);
    expect(parts.map((p) => p.condition)).toEqual(["imported", "quarantined", "imported"]);
    expect(parts.reduce((n, p) => n + p.weeks, 0)).toBe(520);
  });
});

describe("standing", () => {
  const work = (part: string, state: "idle" | "working" | "waiting", attempts = 0) => ({
    part,
    state,
    reason: "why",
    attempts,
    next_try: 0,
    since: 0,
  });
  const of = (more: Partial<Summary>) => standingOf(community(more)).word;

  test("says first what somebody has to do something about", () => {
    const quarantined = [{ id: "0x1", span: at(0), reason: "refused", attempts: 1, next_try: 5 }];
    const busy = [work("fetch", "working")];
    expect(of({ work: busy })).toBe("fetch");
    expect(of({ work: [work("announcement", "waiting", 3), ...busy] })).toBe("failing");
    expect(of({ work: busy, quarantined })).toBe("refused");
    expect(of({ work: busy, quarantined, limits: limits({ paused: "on" }) })).toBe("paused");
  });

  test("tells when the next round of an owner comes", () => {
    const next = Date.UTC(2026, 10, 20, 20, 41, 46);
    expect(roundOf([{ ...work("archive", "idle"), next_try: next }])).toBe(next);
    expect(roundOf([work("archive", "idle")])).toBe(0);
  });

  test("is good when there is nothing to do", () => {
    expect(standingOf(community({ work: [work("fetch", "idle")] }))).toMatchObject({ word: "member", tone: "good" });
    expect(standingOf(community({ role: "owner", archives: { stored: 1 } }))).toMatchObject({
      word: "owner",
      tone: "good",
    });
  });

  test("says archived of an owner only when something is", () => {
    expect(of({ role: "owner" })).toBe("empty");
  });
});

describe("rows of the timeline", () => {
  const weeks = weeksOf(history([]), [archive(27), archive(51), archive(55)], []);

  test("are years, each week in its place", () => {
    const rows = rowsOf(weeks, false);
    expect(rows.map((r) => r.label)).toEqual(["2025", "2026"]);
    expect([rows[0]?.cells.indexOf(0), rows[1]?.cells.indexOf(28)]).toEqual([27, 3]);
  });

  test("are halves of years where it is narrow, and the year is always told", () => {
    const rows = rowsOf(weeks, true);
    expect(rows.map((r) => r.label)).toEqual(["2025", "Jul", "2026"]);
    expect(rows.map((r) => r.cells.filter((c) => c >= 0).length)).toEqual([0, 25, 4]);
    expect(rows.flatMap((r) => r.cells.filter((c) => c >= 0))).toEqual(weeks.map((_, n) => n));
  });
});

function operation(more: Partial<Operation> = {}): Operation {
  return {
    id: "1",
    community: "0x02",
    kind: "fetch",
    state: "failed",
    from: 0,
    to: 0,
    done: 0,
    total: 0,
    attempts: 0,
    next_try: 0,
    created_at: 1,
    ended_at: 2,
    ...more,
  };
}

describe("the progress of a join", () => {
  const join = (done: number, total: number) => operation({ kind: "join", state: "running", done, total, ended_at: 0 });

  test("is that of the archives while the operation has not counted yet", () => {
    const c = community({ archives: { listed: 3, downloading: 1, imported: 2 } });
    expect(joinProgress(join(0, 0), c)).toEqual({ here: 2, total: 6 });
    expect(joinProgress(undefined, c)).toEqual({ here: 2, total: 6 });
    expect(joinProgress(join(1, 6), c)).toEqual({ here: 2, total: 6 });
  });

  test("is that of the operation when it knows more, and nothing while nothing is known", () => {
    // What is beyond a cap counts as being here.
    expect(joinProgress(join(5, 6), community({ archives: { listed: 4, imported: 2 } }))).toEqual({
      here: 5,
      total: 6,
    });
    expect(joinProgress(join(0, 0), community())).toEqual({ here: 0, total: 0 });
    expect(joinProgress(undefined, undefined)).toEqual({ here: 0, total: 0 });
  });
});

describe("failures of operations", () => {
  const day = 24 * 3600 * 1000;
  const ids = (list: Operation[], at = 10) => failures(list, at).map((o) => o.id);

  test("are told for a day, newest first", () => {
    const list = [
      operation({ id: "a", from: 1, to: 2, created_at: 1, ended_at: 2 }),
      operation({ id: "b", from: 2, to: 3, created_at: 1, ended_at: 4 }),
      operation({ id: "c", kind: "audit", state: "done", ended_at: 5 }),
    ];
    expect(ids(list)).toEqual(["b", "a"]);
    expect(ids(list, day + 3)).toEqual(["b"]);
    expect(ids(list, day + 4)).toEqual([]);
  });

  test("are over when the same was asked for again, for all of it", () => {
    const failed = operation({ id: "a", from: 10, to: 20 });
    const later = (more: Partial<Operation>) =>
      operation({ id: "b", state: "running", created_at: 3, ended_at: 0, ...more });
    expect(ids([failed, later({ from: 10, to: 30 })])).toEqual([]);
    expect(ids([failed, later({})])).toEqual([]);
    expect(ids([failed, later({ from: 15, to: 30 })])).toEqual(["a"]);
    expect(ids([failed, later({ kind: "replay" })])).toEqual(["a"]);
    expect(ids([operation({ id: "a" }), later({ from: 10, to: 30 })])).toEqual(["a"]);
  });
});
