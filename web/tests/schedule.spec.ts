import { expect, test } from "@playwright/test";
import {
  brushIndex,
  brushOfHour,
  emptyWeek,
  formatWindows,
  minuteOfWeek,
  paint,
  parseWindows,
  weekOf,
  windowsOf,
} from "../src/schedule.ts";

const read = (text: string) => {
  const windows = parseWindows(text);
  expect(windows, text).toBeDefined();
  return weekOf(windows ?? []);
};

for (const text of [
  "none",
  "08:00-18:00 mon-fri up=256KiB/s down=1MiB/s",
  "22:00-06:00 daily up=0",
  "00:00-24:00 sat-sun down=unlimited",
  "08:15-18:45 mon,wed up=1.5 MiB/s down=2 MiB/s; 00:00-24:00 sun up=0",
  "22:00-24:00 mon up=1 B/s; 12:00-13:00 tue,thu-sun down=2 B/s",
]) {
  test(`a week made of ${text} is written as it`, () => {
    expect(formatWindows(windowsOf(read(text)))).toBe(text);
  });
}

test("the first window that holds decides", () => {
  const week = read("10:00-12:00 mon up=1 B/s; 08:00-18:00 mon up=2 B/s");
  expect([8, 10, 12, 18].map((h) => week.brushes[brushOfHour(week, 0, h) ?? -1]?.up)).toEqual([
    "2 B/s",
    "1 B/s",
    "2 B/s",
    undefined,
  ]);
  expect(formatWindows(windowsOf(week))).toBe(
    "08:00-10:00 mon up=2 B/s; 10:00-12:00 mon up=1 B/s; 12:00-18:00 mon up=2 B/s",
  );
});

test("a window over midnight ends on the day after, Sunday's on Monday", () => {
  const week = read("22:00-06:00 sun up=0");
  expect([brushOfHour(week, 6, 22), brushOfHour(week, 0, 5), brushOfHour(week, 0, 6), brushOfHour(week, 6, 5)]).toEqual(
    [0, 0, -1, -1],
  );
});

test("an hour that changes within has no brush of its own", () => {
  const week = read("08:15-09:00 mon up=0");
  expect(brushOfHour(week, 0, 8)).toBeUndefined();
});

test("painting changes the hours that were painted and nothing else", () => {
  let week = emptyWeek();
  const quiet = brushIndex(week, { up: "0" });
  for (const day of [0, 1, 2, 3, 4]) {
    week = paint(week, day, 8 * 60, 18 * 60, quiet);
  }
  week = paint(week, 2, 12 * 60, 13 * 60, -1);
  expect(formatWindows(windowsOf(week))).toBe(
    "08:00-18:00 mon-tue,thu-fri up=0; 08:00-12:00 wed up=0; 13:00-18:00 wed up=0",
  );
});

test("what is no schedule is not read", () => {
  for (const text of ["8-18 mon up=0", "08:00-25:00 mon up=0", "08:00-09:00 someday up=0", "08:00-09:00 mon", "soon"]) {
    expect(parseWindows(text), text).toBeUndefined();
  }
});

test("the minute of the week is that of the zone", () => {
  const sunday = Date.UTC(2024, 0, 7, 23, 30); // Monday in Berlin
  expect(minuteOfWeek(sunday, "UTC")).toBe(6 * 1440 + 23 * 60 + 30);
  expect(minuteOfWeek(sunday, "Europe/Berlin")).toBe(30);
});
