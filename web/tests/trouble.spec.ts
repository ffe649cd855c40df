// What goes wrong is said where it matters, with what to do, and is forgotten when it is over.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { enter, expect, show, test } from "./world/fixtures.ts";
import type { SeederNode } from "./world/node.ts";
import { section } from "./world/views.ts";

test.describe.configure({ mode: "serial" });

let node: SeederNode;
let id: string;

const problem = (status: number, detail: string, hint = "") => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "about:blank", title: "No", status, detail, hint, code: "internal" }),
});

test.beforeAll(async ({ world }) => {
  node = world.node("troubled");
  await node.start();
  ({ id } = await node.call<{ id: string }>("POST", "/communities", { role: "owner", name: "Garden Club" }));
});

test("what is shown is said to be old while the node cannot tell how things stand", async ({ page }) => {
  await enter(page, node);
  await expect(page.getByRole("heading", { name: "Garden Club" })).toBeVisible();
  await page.route("**/v1/status", (route) => route.fulfill(problem(500, "the database is locked")));
  await node.call("PATCH", `/communities/${id}`, { name: "Garden Society" });
  const banner = page.getByText(/How things stand could not be read: the database is locked/);
  await expect(banner).toBeVisible();
  await page.unroute("**/v1/status");
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(banner).toBeHidden();
  await expect(page.getByRole("heading", { name: "Garden Society" })).toBeVisible();
});

test("why the node does not answer is said, where it says so", async ({ page }) => {
  await enter(page, node);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const token = join(node.data, "api.token");
  chmodSync(token, 0o644);
  try {
    const banner = page.getByRole("alert").filter({ hasText: "How things stand could not be read" });
    await expect(banner).toContainText("the API has no token");
    await expect(banner).toContainText("`seeder token rotate`");
    await expect(page.getByText("The node does not answer")).toBeHidden();
  } finally {
    chmodSync(token, 0o600);
  }
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByText("How things stand could not be read")).toBeHidden();
});

test("a refused name is told at its field", async ({ page }) => {
  await enter(page, node, "#/welcome");
  await page.getByRole("button", { name: /^Create a community/ }).click();
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("a".repeat(300));
  await expect(name).toHaveValue("a".repeat(256));
  await name.evaluate((input) => input.removeAttribute("maxlength"));
  await name.fill("a".repeat(300));
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator(".verdict.bad")).toContainText("256");
  await expect(page.getByText("This could not be read")).toBeHidden();
  await expect(page.getByText("This could not be done")).toBeHidden();
});

test("whoever joins sees what has to come next, and archives as they come", async ({ page }) => {
  await enter(page, node, "#/welcome");
  await page.getByRole("button", { name: /^Join a community/ }).click();
  const joined = "0x02" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
  await page.getByLabel("Id of the community").fill(joined);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const state = page.locator("[data-join] [role=status]");
  await expect(state).toHaveText(/^Waiting for the first announcement/);
  let known = {};
  await page.route("**/v1/status", async (route) => {
    const answer = await route.fetch();
    const status = (await answer.json()) as { communities: { id: string }[] };
    Object.assign(status.communities.find((c) => c.id === joined) ?? {}, known);
    await route.fulfill({ json: status });
  });
  // A new name makes the page read how things stand.
  const change = async (name: string, next: object) => {
    known = next;
    await node.call("PATCH", `/communities/${joined}`, { name });
  };
  const announcement = { clock: 1, received_at: 1, sent_at: 1, sent_peers: 0 };
  await change("announced", { announcement });
  await expect(state).toHaveText(/^The announcement is here\. Peers that have the history are looked for/);
  await change("listed", { announcement, archives: { listed: 4, downloading: 1, imported: 2 } });
  await expect(state).toHaveText("2 of 7 archives are here.");
  await show(page, "#/activity");
  await expect(page.locator("[data-operation=join]")).toContainText("2 of 7 steps");
  await expect(page.locator("[data-operation=join]")).not.toContainText("no announcement");
  await node.call("DELETE", `/communities/${joined}`);
});

test("the log-in says when the next try is taken", async ({ page }) => {
  await page.route("**/session", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ ...problem(429, "too many wrong tokens"), headers: { "Retry-After": "12" } })
      : route.fallback(),
  );
  await page.goto(node.origin);
  await page.getByLabel("Token", { exact: true }).fill("not-the-token");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Too many tries. Try again in 12 s.")).toBeVisible();
});

test("a refused setting is told and taken back, and a field keeps the focus when it is saved", async ({ page }) => {
  await enter(page, node, "#/limits");
  const refuse = (url: string) =>
    page.route(url, (route) =>
      route.request().method() === "GET"
        ? route.fallback()
        : route.fulfill(problem(507, "the disk is full", "free some")),
    );
  await refuse("**/v1/limits");
  const pace = section(page, "Behaviour").getByLabel("Pace of imports");
  const before = await pace.inputValue();
  await pace.selectOption("Fast");
  await expect(page.getByRole("alert").getByText("the disk is full")).toBeVisible();
  await expect(page.getByRole("alert").getByText("free some")).toBeVisible();
  await expect(pace).toHaveValue(before);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.unroute("**/v1/limits");

  const upload = section(page, "Rates").getByLabel("Upload", { exact: true });
  await upload.fill("96 KiB/s");
  await upload.press("Enter");
  await expect(page.getByText("It holds now.")).toBeVisible();
  await expect(upload).toHaveValue("96KiB/s");
  await expect(upload).toBeFocused();
  await refuse("**/v1/limits");
  await section(page, "Rates").getByRole("button", { name: "Take back to unlimited" }).click();
  await expect(page.getByRole("alert").getByText("the disk is full")).toBeVisible();
});

test("events that could not be read are said so, and read again", async ({ page }) => {
  await page.route("**/v1/activity?*", (route) => route.fulfill(problem(500, "the disk does not answer")));
  await enter(page, node, "#/activity");
  const events = section(page, "What happened");
  await expect(events.getByText("the disk does not answer")).toBeVisible();
  await expect(events.getByText("Nothing has happened yet.")).toBeHidden();
  await page.unroute("**/v1/activity?*");
  await events.getByRole("button", { name: "Try again" }).click();
  await expect(events.locator("[data-kind=community]").first()).toBeVisible();
  await expect(events.getByText("the disk does not answer")).toBeHidden();
});

test("an operation that ends is listed with those that ended, at once", async ({ page }) => {
  await enter(page, node, "#/activity");
  await page.getByRole("button", { name: "Show those that ended" }).click();
  await expect(page.getByRole("heading", { name: "Ended before" })).toBeVisible();
  await node.call("POST", `/communities/${id}/replay`);
  await expect(page.locator(".ended [data-operation=replay]")).toBeVisible();
});

test("what was read before the node went is read again when it is back", async ({ page }) => {
  await enter(page, node, "#/settings");
  await expect(page.getByLabel("Least severity")).toHaveValue("info");
  await node.stop();
  await expect(page.getByText("The node does not answer. What you see is how it was.")).toBeVisible();
  await node.command("limits", "set", "--up", "3MiB/s");
  node.configure({ more: "log:\n  level: warn\n" });
  await node.start();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Least severity")).toHaveValue("warn");
  await show(page, "#/limits");
  await expect(section(page, "In force now").getByText("limit 3 MiB/s")).toBeVisible();
});

test("a view that fails leaves the others alone", async ({ page, told }) => {
  await page.route("**/transfers", (route) => route.fulfill({ json: { community: id } }));
  await enter(page, node, `#/community/${id}`);
  await expect(page.getByRole("heading", { name: "This view has failed" })).toBeVisible();
  await page.getByRole("link", { name: "Limits & schedule" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Limits & schedule" })).toBeFocused();
  expect(told.errors.length).toBeGreaterThan(0);
  told.errors.length = 0;
});

test("what peers call themselves is text, however it is made", async ({ page }) => {
  const peer = (n: number, client: string) => ({
    address: `[2001:db8:ffff:ffff:ffff:ffff:ffff:${n}]:65535`,
    client,
    transport: "utp",
    direction: "in",
    encrypted: false,
    up_rate: 1,
    down_rate: 1,
    up_bytes: 1,
    down_bytes: 1,
    pieces: 2,
    pieces_complete: 1,
  });
  const names = [
    '<img src=x onerror="alert(1)">',
    "W".repeat(100),
    "\u202egnp.exe\u202e\u2066",
    "\u001b[31mred\u0000" + "\u202e".repeat(40),
    "a".repeat(50) + "</td><script>",
  ];
  await page.route("**/transfers", (route) =>
    route.fulfill({
      json: { community: id, torrents: [], archives: [], peers: names.map((name, n) => peer(n, name)) },
    }),
  );
  // So are the reasons that the node gives, which may quote them.
  const reason = "peer \u202e" + "W".repeat(200);
  const work = { part: "send", state: "waiting", reason, attempts: 1, next_try: 1 };
  const quarantined = { id: "0x1", from: 1, to: 2, reason, attempts: 1, next_try: 1, bytes: 1 };
  await page.route("**/v1/status", async (route) => {
    const answer = (await (await route.fetch()).json()) as { communities: { id: string }[] };
    Object.assign(answer.communities.find((c) => c.id === id) ?? {}, { work: [work], quarantined: [quarantined] });
    await route.fulfill({ json: answer });
  });
  const operation = { id: "1", community: id, kind: "fetch", state: "failed", from: 1, to: 2, reason };
  const numbers = { done: 0, total: 0, attempts: 0, next_try: 0, created_at: 1, ended_at: Date.now() };
  await page.route(`**/communities/${id}/operations`, (route) =>
    route.fulfill({ json: { operations: [{ ...operation, ...numbers }] } }),
  );
  await page.route("**/v1/activity?*", (route) =>
    route.fulfill({
      json: {
        events: [{ id: "1", at: 1, community: id, kind: "work", subject: "send", state: "waiting", text: reason }],
      },
    }),
  );
  const name = "<b>Garden</b> " + "W".repeat(80);
  await node.call("PATCH", `/communities/${id}`, { name });
  await enter(page, node, `#/community/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  const shown = (text: string) =>
    text
      .replaceAll("\u202e", "\\u202e")
      .replaceAll("\u2066", "\\u2066")
      .replaceAll("\u001b", "\\x1b")
      .replaceAll("\u0000", "\\x00");
  await expect(page.getByRole("region", { name: "Work" })).toContainText(shown(reason));
  for (const width of [1280, 900, 360]) {
    await page.setViewportSize({ width, height: 740 });
    for (const hash of ["#/", "#/limits", "#/activity", `#/community/${id}`]) {
      await show(page, hash);
      await expect(page.locator(".loading")).toHaveCount(0);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${hash} at ${width}`).toBeLessThanOrEqual(width);
    }
    await expect(page.locator("[data-failed=fetch]")).toContainText(shown(reason));
    for (const text of names) {
      const cell = page.locator("td bdi").getByText(shown(text), { exact: true });
      await expect(cell).toBeVisible();
      await expect(cell).toHaveAttribute("title", shown(text));
      expect((await cell.boundingBox())?.width, text).toBeLessThan(360);
    }
  }
});
