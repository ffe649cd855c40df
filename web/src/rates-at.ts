import type { Setting } from "./api/types";
import { minuteOfWeek, parseWindows, weekOf } from "./schedule";

/**
 * The rate that settings give at a time, as people write it; undefined when that is not
 * known here. A direction that a schedule leaves alone has its usual rate.
 */
export function rateAt(settings: Setting[], zone: string, at: number, way: "up" | "down"): string | undefined {
  const valueOf = (key: string) => settings.find((x) => x.key === key)?.value;
  const windows = parseWindows(valueOf("schedule") ?? "none");
  if (at === 0 || !windows) {
    return undefined;
  }
  const week = weekOf(windows);
  const minute = minuteOfWeek(at, zone);
  const brush = Number.isNaN(minute) ? undefined : week.brushes[week.minutes[minute] ?? -1];
  return brush?.[way] ?? valueOf(way);
}
