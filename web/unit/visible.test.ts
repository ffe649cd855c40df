import { expect, test } from "vitest";
import { isolated, parseVisible, visible } from "../src/visible";

// As package terminal of the server has them.
test("text of others is shown and does nothing else", () => {
  const cases: Record<string, string> = {
    "": "",
    "Garden Club": "Garden Club",
    "Jardín 花园 👩\u200d🌾 ❤\ufe0f": "Jardín 花园 👩\u200d🌾 ❤\ufe0f",
    "\x1b[31mred": "\\x1b[31mred",
    "a\nb\tc\rd": "a\\nb\\tc\\rd",
    "\u009b31m": "\\u009b31m",
    "abc\u202ecba\u2066": "abc\\u202ecba\\u2066",
    "\x00\x7f\u2028\ufeff": "\\x00\\x7f\\u2028\\ufeff",
    "\u{e0001}": "\\U000e0001",
    'quoted "\\" as it is': 'quoted "\\" as it is',
  };
  for (const [text, want] of Object.entries(cases)) {
    expect(visible(text)).toBe(want);
  }
});

test("what the node answers has no text that does more, but for its lines", () => {
  const json = JSON.stringify({ peers: [{ client: "\u202egnp.exe", up: 1, hint: "one\ntwo" }], none: null });
  expect(parseVisible(json)).toEqual({ peers: [{ client: "\\u202egnp.exe", up: 1, hint: "one\ntwo" }], none: null });
});

test("a name that is written from right to left moves nothing beside it", () => {
  expect(isolated("Garden")).toBe("Garden");
  expect(isolated("גן 2")).toBe("\u2068גן 2\u2069");
});
