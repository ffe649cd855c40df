import { expect, test } from "vitest";
import { en } from "../src/strings";
import { de } from "../src/strings.de";

/** Every text of a language by its path; functions are called with something for each of what they take. */
function texts(of: unknown, path = ""): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(of as Record<string, unknown>)) {
    const here = path + "." + key;
    if (typeof value === "string") {
      out.set(here, value);
    } else if (typeof value === "function") {
      const call = value as (...args: unknown[]) => unknown;
      out.set(here, String(call(...new Array<number>(call.length).fill(3))));
    } else if (value !== null && typeof value === "object") {
      texts(value, here).forEach((text, at) => out.set(at, text));
    }
  }
  return out;
}

test("every text is there in each language", () => {
  const [english, german] = [texts(en), texts(de)];
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, text] of [...english, ...german]) {
    expect(text.trim(), path).not.toBe("");
    expect(text, path).not.toContain("undefined");
  }
});

test("the languages differ in most of what they say", () => {
  const german = texts(de);
  const same = [...texts(en)].filter(([path, text]) => german.get(path) === text);
  expect(same.length).toBeLessThan(german.size / 5);
});
