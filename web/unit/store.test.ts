import { expect, test } from "vitest";
import type { ActivityEvent } from "../src/api/types";
import { EVENT_PAGE, joinEvents } from "../src/store";

const event = (id: number): ActivityEvent => ({
  id: String(id),
  at: id,
  community: "",
  kind: "setting",
  subject: "",
  state: "set",
  text: "",
});

/** Events from one to another, newest first. */
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => event(to - n));
const ids = (list: ActivityEvent[]) => list.map((e) => Number(e.id));

test("events that were read are put to those that came, in order and each once", () => {
  expect(ids(joinEvents(events(1, 9), events(8, 11)))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  // Those that came while they were read.
  expect(ids(joinEvents(events(1, EVENT_PAGE), events(EVENT_PAGE + 1, EVENT_PAGE + 2)))).toHaveLength(EVENT_PAGE + 2);
  // Those that are older than what is read at once, and go on from there.
  const joined = ids(joinEvents(events(201, 200 + EVENT_PAGE), events(101, 300)));
  expect(joined).toEqual(ids(events(101, 200 + EVENT_PAGE)));
});

test("between two events none is missing: what does not follow goes", () => {
  const joined = ids(joinEvents(events(1001, 1000 + EVENT_PAGE), events(1, 50)));
  expect(joined).toEqual(ids(events(1001, 1000 + EVENT_PAGE)));
});
