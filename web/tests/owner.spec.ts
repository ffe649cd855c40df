// An owner: creates a community, and cannot miss that its key needs a copy. All of it by
// keyboard.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { enter, expect, show, test, type Page } from "./world/fixtures.ts";
import { program, type SeederNode } from "./world/node.ts";

test.describe.configure({ mode: "serial" });

let node: SeederNode;

test.beforeAll(async ({ world }) => {
  node = world.node("new");
  await node.start();
});

// tabTo presses Tab until something has the focus.
async function tabTo(
  page: Page,
  name: string | RegExp,
  role: "button" | "textbox" | "link" | "gridcell" | "checkbox" | "switch",
) {
  const target = page.getByRole(role, { name }).first();
  await expect(target).toBeVisible();
  for (let n = 0; n < 120; n++) {
    if (await target.evaluate((e) => e === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

test("a community is created by keyboard, and the copy of its key cannot be missed", async ({ page }) => {
  await enter(page, node);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await tabTo(page, /^Create a community/, "button");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox").first()).toBeFocused();
  await page.keyboard.type("Book Circle");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /Book Circle is created/ })).toBeVisible();

  // Somebody who goes away is reminded, in every view and after a reload.
  await tabTo(page, "Later", "button");
  await page.keyboard.press("Enter");
  const reminder = page.getByText(/The key of Book Circle has no copy/);
  await expect(reminder).toBeVisible();
  await page.reload();
  await expect(reminder).toBeVisible();

  await tabTo(page, "Keep the key", "button");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Token of the node").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("textbox", { name: "Token of the node" })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Token of the node").fill(node.token);
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  const download = page.waitForEvent("download");
  await tabTo(page, "Save as a file", "button");
  await page.keyboard.press("Enter");
  const file = await (await download).path();
  await expect(dialog.getByRole("button", { name: "Done" })).toBeDisabled();
  await tabTo(page, /I keep a copy/, "checkbox");
  await page.keyboard.press("Space");
  await tabTo(page, "Done", "button");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(reminder).toBeHidden();
  await page.reload();
  await show(page, "#/");
  await expect(page.getByRole("link", { name: "Book Circle" }).first()).toBeVisible();
  await expect(reminder).toBeHidden();

  // The file is what `key import` takes.
  const { communities } = await node.call<{ communities: { id: string }[] }>("GET", "/communities");
  const told = execFileSync(program, ["key", "import", "--data-dir", `${node.dir}/elsewhere`, "--output", "json"], {
    input: readFileSync(file),
  });
  expect((JSON.parse(told.toString()) as { community: string }).community).toBe(communities[0]?.id);
});

test("every browser is reminded of a key without a copy and of no other, and Escape leads back", async ({ page }) => {
  await enter(page, node);
  await node.call("POST", "/communities", { role: "owner", name: "Chess Club" });
  await expect(page.getByText(/The key of Chess Club has no copy/)).toBeVisible();
  await page.getByRole("link", { name: "Chess Club" }).click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Keep the key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Token of the node").fill(node.token);
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "More" })).toBeFocused();
});

test("what was typed and drawn waits while somebody looks at another view", async ({ page }) => {
  await enter(page, node, "#/limits");
  const rates = page.getByRole("region", { name: "Rates" });
  const schedule = page.getByRole("region", { name: "Schedule" });
  await rates.getByLabel("Upload", { exact: true }).fill("77 KiB/s");
  await schedule.getByLabel("Upload", { exact: true }).fill("64 KiB/s");
  await page.keyboard.press("Enter");
  await expect(schedule.getByRole("radio", { name: "Upload 64 KiB/s" })).toBeChecked();
  await schedule.getByRole("button", { name: "Paint all of Monday" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Activity" }).click();
  await page.getByRole("link", { name: "Limits & schedule" }).click();
  await expect(rates.getByLabel("Upload", { exact: true })).toHaveValue("77 KiB/s");
  await expect(rates.getByRole("button", { name: "Save changes" })).toBeVisible();
  await expect(schedule.getByRole("button", { name: "Save schedule" })).toBeVisible();
  await rates.getByRole("button", { name: "Discard" }).click();
  await expect(rates.getByRole("button", { name: "Save changes" })).toBeHidden();
  await schedule.getByRole("button", { name: "Discard changes" }).click();
  await expect(schedule.getByRole("button", { name: "Save schedule" })).toBeHidden();
});

test("every view is reached by keyboard, and the focus is always to be seen", async ({ page }) => {
  await enter(page, node);
  for (const name of ["Limits & schedule", "Activity", "Settings", "About", "Communities"]) {
    await tabTo(page, name, "link");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
    });
    expect(seen, `focus in ${name}`).toBe(true);
  }
});

test("a schedule is painted by keyboard and holds", async ({ page }) => {
  await enter(page, node, "#/limits");
  const schedule = page.getByRole("region", { name: "Schedule" });
  await schedule.getByLabel("Upload", { exact: true }).focus();
  await page.keyboard.type("64 KiB/s");
  await page.keyboard.press("Enter");
  await expect(schedule.getByRole("radio", { name: "Upload 64 KiB/s" })).toBeChecked();
  await tabTo(page, /^Monday 08:00/, "gridcell");
  await page.keyboard.press("ArrowDown");
  for (let n = 0; n < 4; n++) {
    await page.keyboard.press("Shift+ArrowRight");
  }
  for (let n = 0; n < 7; n++) {
    await page.keyboard.press("Shift+ArrowDown");
  }
  await page.keyboard.press("Space");
  await expect(schedule.getByRole("gridcell", { name: "Friday 16:00 to 17:00: Upload 64 KiB/s" })).toBeVisible();
  await tabTo(page, "Save schedule", "button");
  await page.keyboard.press("Enter");
  await expect(page.getByText("It holds now.")).toBeVisible();
  await expect.poll(() => stored(node)).toBe("09:00-17:00 mon-fri up=64KiB/s");

  // The whole week: then it is in force, whenever this runs.
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) {
    await schedule.getByRole("button", { name: `Paint all of ${day}` }).focus();
    await page.keyboard.press("Enter");
  }
  await schedule.getByRole("button", { name: "Save schedule" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => stored(node)).toBe("00:00-24:00 daily up=64KiB/s");
  const now = page.getByRole("region", { name: "In force now" });
  await expect(now.getByText("limit 64 KiB/s")).toBeVisible();
  await expect(now.getByText("by the schedule")).toBeVisible();
});

test("a schedule is painted by touch and by mouse", async ({ browser }) => {
  await node.call("PATCH", "/limits", { schedule: "00:00-24:00 sun up=1KiB/s" });
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await enter(page, node, "#/limits");
  await page.getByRole("gridcell", { name: /^Tuesday 14:00/ }).tap();
  await expect(page.getByRole("gridcell", { name: /^Tuesday 14:00 to 15:00: Upload 1\s?KiB\/s/ })).toBeVisible();
  const from = await page.getByRole("gridcell", { name: /^Wednesday 10:00/ }).boundingBox();
  const to = await page.getByRole("gridcell", { name: /^Friday 11:00/ }).boundingBox();
  await page.mouse.move((from?.x ?? 0) + 5, (from?.y ?? 0) + 5);
  await page.mouse.down();
  await page.mouse.move((to?.x ?? 0) + 5, (to?.y ?? 0) + 5, { steps: 8 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Save schedule" }).click();
  await expect
    .poll(() => stored(node))
    .toBe("14:00-15:00 tue up=1KiB/s; 10:00-12:00 wed-fri up=1KiB/s; 00:00-24:00 sun up=1KiB/s");
  await context.close();
});

test("what is painted while the node looks at new rates stays", async ({ page }) => {
  await node.call("PATCH", "/limits", { schedule: "00:00-24:00 sun up=1KiB/s" });
  await enter(page, node, "#/limits");
  const schedule = page.getByRole("region", { name: "Schedule" });
  await expect(schedule.getByRole("radio", { name: /^Upload 1\s?KiB/ })).toBeChecked();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/v1/limits/check", async (route) => {
    await held;
    await route.continue();
  });
  await schedule.getByLabel("Upload", { exact: true }).fill("64 KiB/s");
  await page.keyboard.press("Enter");
  await schedule.getByRole("button", { name: "Paint all of Monday" }).click();
  const monday = schedule.getByRole("gridcell", { name: /^Monday 12:00 to 13:00: Upload 1\s?KiB\/s/ });
  await expect(monday).toBeVisible();
  release();
  await expect(schedule.getByRole("radio", { name: "Upload 64 KiB/s" })).toBeChecked();
  await expect(monday).toBeVisible();
});

async function stored(n: SeederNode): Promise<string | undefined> {
  const { node: limits } = await n.call<{ node: { settings: { key: string; value: string }[] } }>("GET", "/limits");
  return limits.settings.find((s) => s.key === "schedule")?.value;
}

test("the log level, theme and language change at once", async ({ page }) => {
  await enter(page, node, "#/settings");
  await page.getByLabel("Least severity").selectOption("debug");
  await expect(page.getByText("The node logs from now on: Debug.")).toBeVisible();
  expect((await node.call<{ level: string }>("GET", "/log-level")).level).toBe("debug");
  await page.locator("label", { hasText: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator("label", { hasText: "Deutsch" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  await show(page, "#/about");
});
