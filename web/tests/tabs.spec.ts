// People keep the dashboard open more than once, and follow links that were cut off.
import { enter, expect, test } from "./world/fixtures.ts";
import type { SeederNode } from "./world/node.ts";

let node: SeederNode;

test.beforeAll(async ({ world }) => {
  node = world.node("tabs");
  await node.start();
});

// A browser keeps six connections to one address.
test("ten tabs are live at once, and stay so when one is closed", async ({ page, context }) => {
  test.slow();
  await enter(page, node);
  const tabs = [page];
  for (let i = 0; i < 9; i++) {
    const tab = await context.newPage();
    await tab.goto(`${node.origin}/#/activity`);
    tabs.push(tab);
  }
  for (const tab of tabs) {
    await expect(tab.locator(".stream-state.live")).toBeAttached();
  }
  await page.close();
  await node.call("POST", "/communities", { role: "owner", name: "Garden Club" });
  for (const tab of tabs.slice(1)) {
    await expect(tab.getByText("Garden Club").first()).toBeAttached();
    await expect(tab.locator(".stream-state.live")).toBeAttached();
  }
});

test("a link that is cut off shows a page", async ({ page }) => {
  await page.goto(`${node.origin}/#token=%`);
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await enter(page, node);
  for (const hash of ["#/community/%", "#/limits/%E0%A4%A"]) {
    await page.goto(`${node.origin}/${hash}`);
    await page.reload();
    await expect(page.locator("main h1")).toBeVisible();
  }
});
