// @vitest-environment node
import { expect, test } from "vitest";
import { parser } from "../src/api/events";

test("messages are put together from pieces of any size", () => {
  const text = 'retry: 2000\n\nid: 7\nevent: activity\ndata: {"a":1}\n\n: a remark\nevent: live\ndata: 1\ndata: 2\n\n';
  for (let size = 1; size < text.length; size++) {
    const parse = parser();
    const found = [];
    for (let i = 0; i < text.length; i += size) {
      found.push(...parse(text.slice(i, i + size)));
    }
    expect(found).toEqual([
      { id: "7", event: "activity", data: '{"a":1}' },
      { id: "", event: "live", data: "1\n2" },
    ]);
  }
});

test("a message that has not ended is not told", () => {
  const parse = parser();
  expect(parse("event: live\ndata: 1\n")).toEqual([]);
  expect(parse("\n")).toEqual([{ id: "", event: "live", data: "1" }]);
});
