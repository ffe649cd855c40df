import { expect, test } from "vitest";
import { bytes, days, duration, pretty, relative } from "../src/format";
import { language } from "../src/prefs";

test("sizes have three digits and a unit", () => {
  language.value = "en";
  expect([0, 999, 1024, 10_000, 1_048_575, 5_000_000_000].map(bytes)).toEqual([
    "0 B",
    "999 B",
    "1 KiB",
    "9.77 KiB",
    "1 MiB",
    "4.66 GiB",
  ]);
  language.value = "de";
  expect(bytes(10_000)).toBe("9,77 KiB");
  language.value = "en";
});

test("values of settings are read in the language of the page", () => {
  language.value = "de";
  expect(["unlimited", "none", "64KiB/s", "10%"].map(pretty)).toEqual(["unbegrenzt", "keine", "64\u00a0KiB/s", "10%"]);
  language.value = "en";
});

test("a week ends with its last day", () => {
  expect(days(1735776000, 1735776000 + 7 * 86400)).toMatch(/2.*8.*2025/);
});

test("times are told by how far they are away", () => {
  expect(duration(61_000)).toBe("61 s");
  expect(duration(7_200_000)).toBe("2 h");
  expect(relative(0, 1e12)).toBe("never");
  expect(relative(1e12 - 120_000, 1e12)).toBe("2 min ago");
  expect(relative(1e12 + 120_000, 1e12)).toBe("in 2 min");
});
