import { localeNow } from "./prefs";
import { t } from "./strings";

/** Numbers and times as people read them, in the language of the page. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Keeps what is made for each locale and options: making one takes far longer than using it. */
function kept<Options, Format>(make: (locale: string, options: Options) => Format): (options: Options) => Format {
  const formats = new Map<string, Format>();
  return (options) => {
    const locale = localeNow();
    const key = locale + JSON.stringify(options);
    const made = formats.get(key) ?? make(locale, options);
    formats.set(key, made);
    return made;
  };
}

const numberFormat = kept((l, o: Intl.NumberFormatOptions) => new Intl.NumberFormat(l, o));
const dateFormat = kept((l, o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(l, o));

export function number(n: number, digits = 0): string {
  return numberFormat({ maximumFractionDigits: digits }).format(n);
}

function scaled(bytes: number): [number, string] {
  let unit = 0;
  let n = Math.abs(bytes);
  while (n >= 1023.5 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return [bytes < 0 ? -n : n, UNITS[unit] ?? "B"];
}

/** A size: three digits at most, in units of 1024. */
export function bytes(n: number): string {
  const [value, unit] = scaled(n);
  const digits = unit === "B" || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${number(value, digits)} ${unit}`;
}

export function rate(perSecond: number): string {
  return bytes(perSecond) + "/s";
}

/** A value of a setting as people read it: the node writes no space before a unit, and some words in English. */
export function pretty(value: string): string {
  const words: Record<string, string> = { unlimited: t().common.unlimited, none: t().common.none };
  return words[value] ?? value.replace(/(\d)([KMGTP]i?B|B)\b/g, "$1\u00a0$2");
}

/** A limit on a rate, 0 for none. */
export function limit(perSecond: number): string {
  return perSecond > 0 ? rate(perSecond) : t().common.unlimited;
}

export function percent(share: number, digits = 0): string {
  return numberFormat({ style: "percent", maximumFractionDigits: digits }).format(share);
}

/** A time span in its largest unit. */
export function duration(ms: number): string {
  const s = t().common;
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) {
    return `${seconds} ${s.unitSeconds}`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) {
    return `${minutes} ${s.unitMinutes}`;
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} ${s.unitHours}` : `${Math.round(hours / 24)} ${s.unitDays}`;
}

/** How far a time is from now, in milliseconds since 1970. */
export function relative(at: number, now: number): string {
  const s = t().common;
  if (at === 0) {
    return s.never;
  }
  const away = at - now;
  if (Math.abs(away) < 5000) {
    return away > 0 ? s.soon : s.justNow;
  }
  return away < 0 ? s.ago(duration(-away)) : s.inTime(duration(away));
}

/** A day, from seconds since 1970; days of history are those of UTC. */
export function day(seconds: number): string {
  return dateFormat({ dateStyle: "medium", timeZone: "UTC" }).format(seconds * 1000);
}

export function year(seconds: number): string {
  return dateFormat({ year: "numeric", timeZone: "UTC" }).format(seconds * 1000);
}

export function month(seconds: number): string {
  return dateFormat({ month: "short", timeZone: "UTC" }).format(seconds * 1000);
}

/** Days from to, the last one included as people say it; seconds since 1970. */
export function days(from: number, to: number): string {
  const f = dateFormat({ dateStyle: "medium", timeZone: "UTC" });
  return f.formatRange(from * 1000, Math.max(from, to - 1) * 1000);
}

/** A day of the clock here, from milliseconds since 1970. */
export function date(ms: number): string {
  return dateFormat({ dateStyle: "full" }).format(ms);
}

/** Date and time of the clock here, from milliseconds since 1970. */
export function dateTime(ms: number): string {
  return dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** A day of the week and a time, of the clock here or of a zone, from milliseconds since 1970. */
export function weekdayTime(ms: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return dateFormat({ weekday: "short", hour: "2-digit", minute: "2-digit", ...zone }).format(ms);
}

export function time(ms: number): string {
  return dateFormat({ timeStyle: "medium" }).format(ms);
}

/** Text of the node, in which long ids and hashes are shortened as [short] does. */
export function shortIds(text: string): string {
  return text.replace(/\b(0x)?[0-9a-f]{20,}\b/g, short);
}

/** The beginning of an id, enough to tell it from others. */
export function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 10)}…` : id;
}
