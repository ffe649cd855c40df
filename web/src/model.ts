import type { Archive, Details, History, LimitsUse, Operation, Setting, Span, Summary, Work } from "./api/types";

/** What follows from the answers of the API, without anything that is shown. */

/** Seconds of the spans in which archives are made. */
export const WEEK = 7 * 86400;

/** How a part of the history stands, the most pressing first. */
export const conditions = [
  "quarantined",
  "downloading",
  "missing",
  "beyond",
  "evicted",
  "pending",
  "stored",
  "imported",
] as const;
export type Condition = (typeof conditions)[number];

const BEYOND = "beyond the storage cap";

export function conditionOf(a: Archive): Condition {
  if (a.state === "listed") {
    return a.reason?.startsWith(BEYOND) ? "beyond" : "missing";
  }
  return a.state;
}

/** Whether the file of an archive is here. */
export const held = (a: Archive): boolean => a.state === "stored" || a.state === "imported";

export function settingOf(settings: Setting[] | undefined, key: string): string {
  return settings?.find((s) => s.key === key)?.value ?? "";
}

/** The pinned spans as a setting writes them: days with .. between them. */
export function pinsOf(limits: LimitsUse | undefined): Span[] {
  const text = settingOf(limits?.settings, "pins");
  return text
    .split(",")
    .map((pair) => pair.trim().split(".."))
    .flatMap(([from = "", to = ""]) => {
      const span = { from: Date.parse(from) / 1000, to: to === "" ? Infinity : Date.parse(to) / 1000 };
      return Number.isNaN(span.from) || Number.isNaN(span.to) ? [] : [span];
    });
}

export const touches = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/**
 * The archive that goes first when there is no room: the oldest that may go. Undefined
 * when none may, as with the originals of an owner.
 */
export function nextToGo(details: Details): Archive | undefined {
  const pins = pinsOf(details.limits);
  const originals = details.role === "owner" && settingOf(details.limits?.settings, "evict_originals") !== "on";
  if (originals) {
    return undefined;
  }
  return details.archive_list
    .filter((a) => held(a) && !pins.some((p) => touches(a, p)))
    .sort((a, b) => a.to - b.to || a.from - b.from)[0];
}

/** A week of the history: its archives, and what is archived of it nowhere yet. */
export interface Week {
  from: number;
  to: number;
  archives: Archive[];
  condition: Condition | "none";
  amended: boolean;
  pinned: boolean;
  messages: number;
  bytes: number;
  pending: number;
  late: number;
  lacking: number;
}

/** Most weeks, those without messages too: a century. A history that reaches further is made up, and only what it has is shown. */
const MOST_WEEKS = 5218;

const weekOf = (seconds: number) => Math.floor(seconds / WEEK);

/** The weeks from the first of those given to the last, in order. */
function allFrom(known: Iterable<number>): number[] {
  const sorted = [...known].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const length = (sorted.at(-1) ?? -1) - first + 1;
  return length > MOST_WEEKS ? sorted : Array.from({ length }, (_, n) => first + n);
}

function emptyWeek(index: number): Week {
  return {
    from: index * WEEK,
    to: (index + 1) * WEEK,
    archives: [],
    condition: "none",
    amended: false,
    pinned: false,
    messages: 0,
    bytes: 0,
    pending: 0,
    late: 0,
    lacking: 0,
  };
}

/** The history by weeks, from the first that is known to the last, those without messages too. */
export function weeksOf(history: History, archives: Archive[], pins: Span[]): Week[] {
  const byIndex = new Map<number, Week>();
  const at = (seconds: number) => {
    const index = weekOf(seconds);
    const week = byIndex.get(index) ?? emptyWeek(index);
    byIndex.set(index, week);
    return week;
  };
  for (const a of archives) {
    const week = at(a.from);
    week.archives.push(a);
    week.messages += a.messages;
    week.bytes += a.bytes;
  }
  const unlisted = new Set<Week>();
  for (const s of history.spans) {
    const week = at(s.span.from);
    week.amended ||= s.amended > 0;
    week.pending += s.pending;
    week.late += s.late;
    week.lacking += s.lacking;
    if (s.archived > 0 && week.archives.length === 0) {
      week.messages += s.expected;
      unlisted.add(week);
    }
  }
  return allFrom(byIndex.keys()).map((index) => {
    const week = byIndex.get(index) ?? emptyWeek(index);
    const found = new Set<Condition>(week.archives.map(conditionOf));
    if (unlisted.has(week)) {
      found.add("missing");
    }
    if (found.size === 0 && week.pending > 0) {
      found.add("pending");
    }
    week.condition = conditions.find((c) => found.has(c)) ?? "none";
    week.pinned = pins.some((p) => touches(p, week));
    return week;
  });
}

/** How many archives are in each condition. */
export function tally(weeks: Week[]): Record<Condition, number> & { amended: number } {
  const out = Object.fromEntries(conditions.map((c) => [c, 0])) as Record<Condition, number>;
  let amended = 0;
  for (const w of weeks) {
    amended += w.amended ? 1 : 0;
    for (const a of w.archives) {
      out[conditionOf(a)]++;
    }
    if (w.archives.length === 0 && w.condition !== "none") {
      out[w.condition]++;
    }
  }
  return { ...out, amended };
}

/** A stretch of weeks in one condition, for a bar with room for few. */
export interface Stretch {
  condition: Condition | "none";
  weeks: number;
}

/** Weeks put together into at most `most` parts, each as its most pressing week, and like neighbours into one. */
export function stretches(weeks: Week[], most: number): Stretch[] {
  const size = Math.max(1, Math.ceil(weeks.length / most));
  const out: Stretch[] = [];
  for (let i = 0; i < weeks.length; i += size) {
    const part = weeks.slice(i, i + size);
    const condition = conditions.find((c) => part.some((w) => w.condition === c)) ?? "none";
    const before = out.at(-1);
    if (before?.condition === condition) {
      before.weeks += part.length;
    } else {
      out.push({ condition, weeks: part.length });
    }
  }
  return out;
}

/**
 * How far a join is, in archives; a total of 0 while they are not known. The operation
 * counts between two rounds of fetching only, and the archives all the time.
 */
export function joinProgress(join: Operation | undefined, c: Summary | undefined): { here: number; total: number } {
  const states = c?.archives ?? {};
  const known = Object.values(states).reduce((sum, n) => sum + n, 0);
  const total = Math.max(join?.total ?? 0, known);
  const here = Math.max(join?.done ?? 0, (states.imported ?? 0) + (states.stored ?? 0));
  return { here: Math.min(here, total), total };
}

/** Milliseconds for which a failure is news. */
const NEWS = 24 * 3600 * 1000;

/** The operations that failed lately and were not asked for again since, newest first. */
export function failures(list: Operation[], now: number): Operation[] {
  return list
    .filter((o) => o.state === "failed" && now - o.ended_at < NEWS)
    .filter((o) => !list.some((x) => x.kind === o.kind && x.created_at > o.created_at && covers(x, o)))
    .sort((a, b) => b.ended_at - a.ended_at);
}

/** Whether an operation is for all of the span of another; 0 to 0 is all of the history. */
const covers = (a: Operation, b: Operation): boolean => a.to === 0 || (b.to > 0 && a.from <= b.from && b.to <= a.to);

/** How a community stands, in a word that strings.ts explains. */
export interface Standing {
  word:
    | "damaged"
    | "paused"
    | "stopped"
    | "refused"
    | "failing"
    | "announcement"
    | "fetch"
    | "archive"
    | "send"
    | "waiting"
    | "owner"
    | "empty"
    | "member";
  tone: "plain" | "good" | "warn" | "bad" | "accent";
  /** In the words of the node; may be empty. */
  reason: string;
  /** How many, where the word counts. */
  count: number;
  /** When it is tried again or goes on; 0 for no time. */
  next: number;
}

/** When an owner's next round comes, in milliseconds since 1970; 0 when it is not planned. */
export function roundOf(work: Work[]): number {
  return work.find((w) => w.part === "archive")?.next_try ?? 0;
}

const standing = (word: Standing["word"], tone: Standing["tone"], more: Partial<Standing> = {}): Standing => ({
  word,
  tone,
  reason: "",
  count: 0,
  next: 0,
  ...more,
});

function ofWork({ work, role, archives }: Summary): Standing {
  const failing = work.find((w) => w.state === "waiting" && w.attempts >= 3);
  if (failing) {
    return standing("failing", "warn", { reason: failing.reason, count: failing.attempts, next: failing.next_try });
  }
  const working = work.filter((w) => w.state === "working");
  const busy = working.find((w) => w.part === "fetch" || w.part === "archive") ?? working[0];
  if (busy) {
    return standing(busy.part as Standing["word"], "accent", { reason: busy.reason });
  }
  const waiting = work.find((w) => w.state === "waiting");
  if (waiting) {
    return standing("waiting", "plain", { reason: waiting.reason, next: waiting.next_try });
  }
  if (role === "owner" && Object.keys(archives).length === 0) {
    return standing("empty", "plain", { next: roundOf(work) });
  }
  if (role === "owner") {
    return standing("owner", "good", { next: roundOf(work) });
  }
  return standing("member", "good", { reason: work.find((w) => w.part === "fetch")?.reason ?? "" });
}

export function standingOf(c: Summary): Standing {
  const l = c.limits;
  const stop = l?.damaged?.find((d) => d.stops);
  if (stop) {
    return standing("damaged", "bad", { reason: stop.hint });
  }
  if (settingOf(l?.settings, "paused") === "on") {
    return standing("paused", "plain");
  }
  if (l?.mode.reason && !l.mode.serve && !l.mode.fetch) {
    return standing("stopped", "plain", { reason: l.mode.reason });
  }
  if (c.quarantined.length > 0) {
    return standing("refused", "warn", {
      count: c.quarantined.length,
      reason: c.quarantined[0]?.reason ?? "",
      next: Math.min(...c.quarantined.map((q) => q.next_try || Infinity)),
    });
  }
  return ofWork(c);
}
