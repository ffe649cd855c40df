// A member from its first start on: somebody logs in, joins, sets limits, pauses, runs
// into the cap, and restarts the node under the open page.
import { eventually } from "./world/eventually.ts";
import { enter, expect, show, test } from "./world/fixtures.ts";
import type { SeederNode } from "./world/node.ts";
import { section, setLimits, shownRate } from "./world/views.ts";
import { bytesPerWeek, statusOf, weeks } from "./world/world.ts";

test.describe.configure({ mode: "serial" });

// In bytes a second. An archive comes in seconds, and all of them in most of a minute.
const limit = 192 << 10;
let owner: { node: SeederNode; id: string };
let member: SeederNode;

test.beforeAll(async ({ world }) => {
  owner = await world.owner();
  member = world.node("member", { peers: [owner.node.reach] });
  await member.start();
});

test("a wrong token is refused, the right one lets in, and logging out ends it", async ({ page }) => {
  await page.goto(member.origin);
  await page.getByLabel("Token", { exact: true }).fill("not-the-token");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByText("That is not the token of this node.")).toBeVisible();
  await page.getByLabel("Token", { exact: true }).fill(member.token);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await show(page, "#/settings");
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  expect((await page.request.get(`${member.origin}/v1/status`)).status()).toBe(401);
});

test("a link with the token logs in and leaves no token behind", async ({ page, context }) => {
  await enter(page, member);
  await expect(page).toHaveURL(/#\/welcome$/);
  expect(page.url()).not.toContain(member.token);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toContain(member.token);
  await page.goBack();
  expect(page.url()).not.toContain(member.token);
  const [cookie] = await context.cookies(member.origin);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  // What another port of this machine is sent by the browser is worth nothing.
  expect((await page.request.get(`${member.origin}/v1/status`)).status()).toBe(401);
  expect(await (await page.request.get(`${member.origin}/session`)).json()).toMatchObject({ authenticated: false });
  await page.goto(member.origin);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
});

test("a link with an old token says so", async ({ page }) => {
  await page.goto(`${member.origin}/#token=gone`);
  await expect(page.getByText(/holds a token that does not hold any more/)).toBeVisible();
});

test("limits are checked while they are typed", async ({ page }) => {
  await enter(page, member, "#/limits");
  const rates = section(page, "Rates");
  await rates.getByLabel("Download", { exact: true }).fill("a lot");
  await expect(rates.getByLabel("Download", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await rates.getByLabel("Download", { exact: true }).fill("0.1875 MiB/s");
  await expect(rates.getByText("Will be 192 KiB/s")).toBeVisible();
  await rates.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("It holds now.")).toBeVisible();
  const { node } = await member.call<{ node: { down: { limit: number } } }>("GET", "/limits");
  expect(node.down.limit).toBe(limit);
});

test("somebody joins, sees the progress, and the rate obeys the limit", async ({ page }) => {
  await enter(page, member, "#/welcome");
  await page.getByRole("button", { name: /^Join a community/ }).click();
  await page.getByLabel("Id of the community").fill("0x02");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByText("That is no id")).toBeVisible();
  await page.getByLabel("Id of the community").fill(owner.id);
  await page.getByLabel("Name", { exact: true }).fill("Garden Club");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Garden Club: the history is on its way" })).toBeVisible();
  await expect(page.getByText(new RegExp(`^[1-9]\\d* of ${weeks} archives are here\\.$`)).first()).toBeVisible();

  await show(page, "#/limits");
  const began = Date.now();
  const before = (await member.call<{ node: { down: { bytes: number } } }>("GET", "/limits")).node.down.bytes;
  const seen: number[] = [];
  await expect
    .poll(
      async () => {
        seen.push(await shownRate(page, "down"));
        return seen.filter((r) => r > 0.5 * limit).length;
      },
      { intervals: [500] },
    )
    .toBeGreaterThan(5);
  expect(Math.max(...seen)).toBeLessThan(1.25 * limit);
  const after = (await member.call<{ node: { down: { bytes: number } } }>("GET", "/limits")).node.down.bytes;
  const mean = (after - before) / ((Date.now() - began) / 1000);
  expect(mean).toBeGreaterThan(0.6 * limit);
  expect(mean).toBeLessThan(1.15 * limit);
});

test("paused, nothing goes on until it is resumed", async ({ page }) => {
  await enter(page, member, `#/limits/${owner.id}`);
  await section(page, "Behaviour").getByRole("switch", { name: "Paused" }).click();
  await expect(section(page, "Behaviour").getByRole("switch", { name: "Paused" })).toBeChecked();
  await eventually("nothing comes any more", async () => {
    const read = async () =>
      (await member.call<{ node: { down: { bytes: number; rate: number } } }>("GET", "/limits")).node.down;
    const first = await read();
    return first.rate === 0 && (await read()).bytes === first.bytes;
  });
  await expect.poll(() => shownRate(page, "down")).toBe(0);
  expect((await statusOf(member)).communities[0]?.archives.imported ?? 0).toBeLessThan(weeks);
  await show(page, "#/limits");
  await setLimits(page, "Rates", { Download: "unlimited" });
  await show(page, `#/limits/${owner.id}`);
  await section(page, "Behaviour").getByRole("switch", { name: "Paused" }).click();
  await expect(section(page, "Behaviour").getByRole("switch", { name: "Paused" })).not.toBeChecked();
  await eventually(
    "all of it is here",
    async () => (await statusOf(member)).communities[0]?.archives.imported === weeks,
  );
});

test("what happened stands in the activity, and can be filtered", async ({ page }) => {
  await enter(page, member, "#/activity");
  const events = section(page, "What happened");
  await expect(events.locator("[data-kind=archive]").first()).toBeVisible();
  await page.getByRole("button", { name: "Show those that ended" }).click();
  await expect(page.locator("[data-operation=join]").getByText("done")).toBeVisible();
  await events.getByLabel("Kind").selectOption("Settings");
  await expect(events.locator("[data-kind=setting]").first()).toBeVisible();
  await expect(events.locator("[data-kind=archive]")).toHaveCount(0);
  await events.getByLabel("Community").selectOption("The node itself");
  await expect(events.locator("[data-kind=setting]").first()).toContainText(/down/);
});

test("over the cap the oldest archives are evicted, and the page shows it", async ({ page }) => {
  await enter(page, member, `#/limits/${owner.id}`);
  const cap = Math.floor((weeks / 2) * bytesPerWeek);
  await setLimits(page, "Room on the disk", { "Storage cap": `${cap} B` });
  await eventually(
    "archives are evicted",
    async () => ((await statusOf(member)).communities[0]?.archives.evicted ?? 0) > 0,
  );
  const { node } = await member.call<{ node: { storage: { used: number } } }>("GET", "/limits");
  expect(node.storage.used).toBeLessThanOrEqual(cap);
  await expect(section(page, "In force now").getByRole("meter", { name: "Storage" })).toBeVisible();
  await show(page, "#/activity");
  await expect(section(page, "What happened").locator("[data-state=evicted]").first()).toBeVisible();
});

test("the page finds the node again after a restart, without being loaded anew", async ({ page }) => {
  await enter(page, member, "#/limits");
  await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
  await member.stop();
  await expect(page.getByText("The node does not answer. What you see is how it was.")).toBeVisible();
  await member.start();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await setLimits(page, "Rates", { Upload: "3 MiB/s" });
  expect(await page.evaluate(() => "stillTheSame" in window)).toBe(true);
});
