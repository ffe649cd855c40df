// What goes wrong is said where it matters, with what to do, and is forgotten when it is over.
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
    "\u202egnp.exe\u202e",
    "a".repeat(50) + "</td><script>",
  ];
  await page.route("**/transfers", (route) =>
    route.fulfill({
      json: { community: id, torrents: [], archives: [], peers: names.map((name, n) => peer(n, name)) },
    }),
  );
  await page.setViewportSize({ width: 360, height: 740 });
  const name = "<b>Garden</b> " + "W".repeat(80);
  await node.call("PATCH", `/communities/${id}`, { name });
  await enter(page, node, `#/community/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  for (const text of names) {
    await expect(page.locator("td bdi").getByText(text, { exact: true })).toBeVisible();
  }
  for (const hash of [`#/community/${id}`, "#/", "#/limits", "#/activity"]) {
    await show(page, hash);
    await expect(page.locator(".loading")).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBeLessThanOrEqual(360);
  }
});
