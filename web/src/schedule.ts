// The schedule of limits as a week that can be painted. Its text is that of the
// settings named schedule: windows with ";" between them, of which the first that holds
// decides; see package quota of the server. Times are of the zone of the node.

/** Rates of a part of the week, as people write them; undefined leaves a direction as it is. */
export interface Brush {
  up?: string;
  down?: string;
}

/** A window of the week. Days count from Monday, minutes from midnight. */
export interface Window extends Brush {
  days: boolean[];
  from: number;
  /** Up to 1440; when it is not above from, the window ends on the day after. */
  to: number;
}

export const DAY_MINUTES = 24 * 60;
export const WEEK_MINUTES = 7 * DAY_MINUTES;
/** Most windows of a schedule. */
export const MAX_WINDOWS = 64;

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Which brush holds at each minute of the week, from Monday on; -1 for none. */
export interface Week {
  brushes: Brush[];
  minutes: Int16Array;
}

export function emptyWeek(): Week {
  return { brushes: [], minutes: new Int16Array(WEEK_MINUTES).fill(-1) };
}

function minuteOf(text: string): number {
  const match = /^(\d{1,2}):(\d\d)$/.exec(text);
  const minute = match ? Number(match[1]) * 60 + Number(match[2]) : NaN;
  return match && Number(match[2]) < 60 && minute <= DAY_MINUTES ? minute : NaN;
}

function daysOf(text: string): boolean[] | undefined {
  if (text === "daily") {
    return dayNames.map(() => true);
  }
  const days = dayNames.map(() => false);
  for (const item of text.split(",")) {
    const [first = "", last = first] = item.split("-");
    const from = dayNames.indexOf(first);
    const to = dayNames.indexOf(last);
    if (from < 0 || to < 0) {
      return undefined;
    }
    for (let d = from; ; d = (d + 1) % 7) {
      days[d] = true;
      if (d === to) {
        break;
      }
    }
  }
  return days;
}

/** Reads windows as the server prints them; undefined when the text is not understood. */
export function parseWindows(text: string): Window[] | undefined {
  if (text.trim() === "" || text.trim() === "none") {
    return [];
  }
  const out: Window[] = [];
  for (const part of text.split(";")) {
    const match = /^\s*(\S+)-(\S+)\s+(\S+)((?:\s+(?:up|down)=[^=]+?)+)\s*$/.exec(part);
    const from = minuteOf(match?.[1] ?? "");
    const to = minuteOf(match?.[2] ?? "");
    const days = daysOf(match?.[3] ?? "");
    if (!match || !days || Number.isNaN(from) || Number.isNaN(to)) {
      return undefined;
    }
    const window: Window = { days, from, to };
    for (const [, key, value] of (match[4] ?? "").matchAll(/(up|down)=([^=]+?)(?=\s+(?:up|down)=|\s*$)/g)) {
      window[key as "up" | "down"] = value ?? "";
    }
    out.push(window);
  }
  return out;
}

export const sameBrush = (a: Brush, b: Brush): boolean => a.up === b.up && a.down === b.down;

/** Returns where a brush stands in the week, which gets it when it has not. */
export function brushIndex(week: Week, brush: Brush): number {
  const at = week.brushes.findIndex((b) => sameBrush(b, brush));
  if (at >= 0) {
    return at;
  }
  const own: Brush = {};
  if (brush.up !== undefined) {
    own.up = brush.up;
  }
  if (brush.down !== undefined) {
    own.down = brush.down;
  }
  week.brushes.push(own);
  return week.brushes.length - 1;
}

/** Lays windows over a week: the first that holds decides. */
export function weekOf(windows: Window[]): Week {
  const week = emptyWeek();
  const put = (minute: number, brush: number) => {
    const at = minute % WEEK_MINUTES;
    if (week.minutes[at] === -1) {
      week.minutes[at] = brush;
    }
  };
  for (const w of windows) {
    const brush = brushIndex(week, w);
    const length = w.to > w.from ? w.to - w.from : DAY_MINUTES - w.from + w.to;
    w.days.forEach((on, day) => {
      for (let m = 0; on && m < length; m++) {
        put(day * DAY_MINUTES + w.from + m, brush);
      }
    });
  }
  return week;
}

/** Paints a part of a day with a brush of the week, or with -1 for none. */
export function paint(week: Week, day: number, from: number, to: number, brush: number): Week {
  const minutes = week.minutes.slice();
  minutes.fill(brush, day * DAY_MINUTES + from, day * DAY_MINUTES + to);
  return { brushes: week.brushes, minutes };
}

interface Run {
  day: number;
  from: number;
  to: number;
  brush: number;
}

function runsOf(week: Week): Run[] {
  const runs: Run[] = [];
  for (let day = 0; day < 7; day++) {
    for (let m = 0; m < DAY_MINUTES; m++) {
      const brush = week.minutes[day * DAY_MINUTES + m] ?? -1;
      const last = runs[runs.length - 1];
      if (last?.day === day && last.to === m && last.brush === brush) {
        last.to = m + 1;
      } else {
        runs.push({ day, from: m, to: m + 1, brush });
      }
    }
  }
  return runs.filter((r) => r.brush >= 0);
}

/** Joins what goes on over midnight, where one window can say it. */
function overnight(runs: Run[]): Run[] {
  const gone = new Set<Run>();
  const morning = new Map(runs.filter((r) => r.from === 0 && r.to < DAY_MINUTES).map((r) => [r.day, r]));
  for (const r of runs) {
    const next = morning.get((r.day + 1) % 7);
    if (r.to === DAY_MINUTES && r.from > 0 && next && next.brush === r.brush && next.to <= r.from) {
      r.to = next.to;
      gone.add(next);
    }
  }
  return runs.filter((r) => !gone.has(r));
}

/** The windows of a week, each of equal parts of days together. */
export function windowsOf(week: Week): Window[] {
  const windows = new Map<string, Window>();
  for (const r of overnight(runsOf(week))) {
    const key = `${r.from} ${r.to} ${r.brush}`;
    const w = windows.get(key) ?? { ...week.brushes[r.brush], days: dayNames.map(() => false), from: r.from, to: r.to };
    w.days[r.day] = true;
    windows.set(key, w);
  }
  return [...windows.values()];
}

const clock = (minute: number): string =>
  String(Math.floor(minute / 60)).padStart(2, "0") + ":" + String(minute % 60).padStart(2, "0");

function dayText(days: boolean[]): string {
  if (days.every(Boolean)) {
    return "daily";
  }
  const runs: string[] = [];
  for (let d = 0; d < 7; d++) {
    if (!days[d]) {
      continue;
    }
    const first = d;
    while (d + 1 < 7 && days[d + 1]) {
      d++;
    }
    runs.push(dayNames[first] + (d > first ? "-" + dayNames[d] : ""));
  }
  return runs.join(",");
}

/** The text of a schedule; "none" without windows. */
export function formatWindows(windows: Window[]): string {
  if (windows.length === 0) {
    return "none";
  }
  return windows
    .map(
      (w) =>
        `${clock(w.from)}-${clock(w.to)} ${dayText(w.days)}` +
        (w.up === undefined ? "" : ` up=${w.up}`) +
        (w.down === undefined ? "" : ` down=${w.down}`),
    )
    .join("; ");
}

/** The brush of an hour: its index, -1 for none, or undefined when it changes within. */
export function brushOfHour(week: Week, day: number, hour: number): number | undefined {
  const begin = day * DAY_MINUTES + hour * 60;
  const first = week.minutes[begin] ?? -1;
  return week.minutes.subarray(begin, begin + 60).every((b) => b === first) ? first : undefined;
}

/** The minute of the week, from Monday on, that it is at a time in a zone; "local" is this browser's. */
export function minuteOfWeek(time: number, zone: string): number {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  if (zone !== "local") {
    options.timeZone = zone;
  }
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(time);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  const day = dayNames.indexOf(part("weekday").toLowerCase());
  return day * DAY_MINUTES + Number(part("hour")) * 60 + Number(part("minute"));
}
