import type { Flow, Setting } from "./api/types";
import { minuteOfWeek, parseWindows, WEEK_MINUTES, weekOf } from "./schedule";

const MINUTE = 60_000;

export interface Change {
  /** In milliseconds since 1970. */
  at: number;
  /** The rate from then on, as people write it; undefined when only the node knows. */
  to: string | undefined;
}

/**
 * When the schedule next gives a direction another rate than now, and which; undefined for
 * never. The node says when its windows change, which need not change this direction.
 */
export function nextChange(
  settings: Setting[],
  zone: string,
  now: number,
  way: "up" | "down",
  flow: Flow,
): Change | undefined {
  const valueOf = (key: string) => settings.find((x) => x.key === key)?.value;
  const windows = parseWindows(valueOf("schedule") ?? "none");
  const from = minuteOfWeek(now, zone);
  if (flow.until === 0) {
    return undefined;
  }
  if (!windows || Number.isNaN(from)) {
    return { at: flow.until, to: undefined };
  }
  const week = weekOf(windows);
  const rateAt = (minute: number) => week.brushes[week.minutes[minute % WEEK_MINUTES] ?? -1]?.[way] ?? valueOf(way);
  const current = rateAt(from);
  for (let m = 1; m < WEEK_MINUTES; m++) {
    const to = rateAt(from + m);
    if (to !== current) {
      const at = (Math.floor(now / MINUTE) + m) * MINUTE;
      // Where it is the change that the node told of, its time is the exact one: clocks may change.
      return { at: Math.abs(at - flow.until) <= 60 * MINUTE ? flow.until : at, to };
    }
  }
  return undefined;
}
