import { describe, expect, test } from "vitest";
import type { Archive, Details, History, LimitsUse, SpanHistory, Summary } from "../src/api/types";
import { rowsOf } from "../src/components/timeline";
import { nextToGo, pinsOf, roundOf, standingOf, stretches, tally, WEEK, weeksOf } from "../src/model";

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
