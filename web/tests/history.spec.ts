// The history of a community: what a week tells, and what can be done with it.
import { eventually } from "./world/eventually.ts";
import { enter, expect, test, type Page } from "./world/fixtures.ts";
import type { SeederNode } from "./world/node.ts";
import { section } from "./world/views.ts";
import { bytesPerWeek, statusOf, weeks } from "./world/world.ts";

test.describe.configure({ mode: "serial" });

let owner: { node: SeederNode; id: string };
let member: SeederNode;

const archives = async () => (await statusOf(member)).communities[0]?.archives ?? {};
const cells = (page: Page) => section(page, "History").getByRole("gridcell");

test.beforeAll(async ({ world }) => {
  owner = await world.owner();
  member = world.node("historian", { peers: [owner.node.reach] });
  await member.start();
  await member.call("POST", "/communities", { role: "member", id: owner.id, name: "Garden Club" });
  await eventually("all of it is here", async () => (await archives()).imported === weeks);
  await member.call("PATCH", `/communities/${owner.id}/settings`, { cap: `${(weeks / 2) * bytesPerWeek}` });
  await eventually("archives are evicted", async () => ((await archives()).evicted ?? 0) > 0);
  // A page shows what was known when it was read.
  await eventually("the copies of all archives are known", async () => {
    const { archive_list: list } = await member.call<{ archive_list: { copies?: number }[] }>(
      "GET",
      `/communities/${owner.id}`,
    );
    return list.length === weeks && list.every((a) => a.copies === 1);
  });
});

// pointing moves the pointer and looks at what is told there. What a page reads may
// still move it away below the pointer, which then goes there anew.
const pointing = (to: () => Promise<void>, look: () => Promise<void>) =>
  expect(async () => {
    await to();
    await look();
  }).toPass({ timeout: 60_000 });
const soon = { timeout: 2_000 };

// fact is the value beside a name in the facts of the weeks that are shown.
const fact = (page: Page, name: string) =>
  section(page, "History")
    .locator("dl.facts > div", { has: page.getByText(name, { exact: true }) })
    .locator("dd");

test("a week under the pointer tells its span, state, messages, bytes and copies", async ({ page }) => {
  await enter(page, member, `#/community/${owner.id}`);
  await expect(cells(page)).toHaveCount(weeks);
  const heading = section(page, "History").getByRole("heading", { level: 3 });
  const before = await heading.innerText();
  await pointing(
    () => cells(page).first().hover(),
    async () => {
      await expect(heading).not.toHaveText(before, soon);
      await expect(heading).toHaveText(/^\d+ .*\d{4}$/, soon);
      await expect(fact(page, "State")).toHaveText(/^evicted/, soon);
      await expect(fact(page, "Messages")).toHaveText(/^[1-9]\d*$/, soon);
      await expect(fact(page, "Size")).toHaveText(/^[1-9][\d.]* KiB$/, soon);
      await expect(fact(page, "Archives")).toHaveText("1", soon);
      await expect(fact(page, "Copies among peers")).toHaveText("1", soon);
    },
  );
  await page.mouse.move(0, 0);
  await expect(heading).toHaveText(before);
});

test("the copies that peers have are told once they are known, though no event tells of them", async ({ page }) => {
  let known = false;
  await page.route(`**/v1/communities/${owner.id}`, async (route) => {
    const response = await route.fetch();
    const details = (await response.json()) as { archive_list: { copies?: number }[] };
    if (!known) {
      details.archive_list.forEach((a) => delete a.copies);
    }
    await route.fulfill({ response, json: details });
  });
  await enter(page, member, `#/community/${owner.id}`);
  const copies = (text: string) =>
    pointing(
      () => cells(page).first().hover(),
      () => expect(fact(page, "Copies among peers")).toHaveText(text, soon),
    );
  await copies("not known");
  known = true;
  await copies("1");
});

test("a week that is chosen is fetched, and pinned until it is not", async ({ page }) => {
  await enter(page, member, `#/community/${owner.id}`);
  const [first, last] = [cells(page).first(), cells(page).last()];
  const actions = section(page, "History");
  // What is here needs no fetching.
  await last.click();
  await expect(last).toHaveAttribute("aria-selected", "true");
  await expect(actions.getByRole("button", { name: "Fetch now" })).toBeDisabled();
  await expect(actions.getByRole("button", { name: "Fetch now" })).toHaveAccessibleDescription("All of it is here.");
  await expect(actions.getByRole("button", { name: "Fetch now" })).toHaveAttribute("title", "All of it is here.");
  await first.click();
  await actions.getByRole("button", { name: "Fetch now" }).click();
  // There is no room for it beside what is newer, which is said where it was asked for.
  const told = page.getByRole("alert").filter({ hasText: "Fetch Garden Club: failed" });
  await expect(told).toContainText("there is no room under the storage caps for the others");
  await told.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.locator("[data-failed=fetch]")).toContainText("there is no room under the storage caps");
  const { operations } = await member.call<{ operations: { kind: string; from: number; to: number }[] }>(
    "GET",
    `/communities/${owner.id}/operations`,
  );
  const asked = operations.find((o) => o.kind === "fetch");
  expect((asked?.to ?? 0) - (asked?.from ?? 0)).toBe(7 * 24 * 3600);

  await actions.getByRole("button", { name: "Pin", exact: true }).click();
  await expect(first).toHaveAccessibleName(/pinned/);
  await expect(last).not.toHaveAccessibleName(/pinned/);
  // What is under the pointer is not what the button is about.
  await last.hover();
  await expect(actions.getByRole("button", { name: "Unpin" })).toBeVisible();
  await actions.getByRole("button", { name: "Unpin" }).click();
  await expect(first).not.toHaveAccessibleName(/pinned/);
});

test("an operation that was begun tells its end", async ({ page }) => {
  await enter(page, member, `#/community/${owner.id}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Check and mend" }).click();
  await expect(page.getByText("Audit Garden Club: done")).toBeVisible();
});

test("a failure of what was asked for stays on the page until it is put away", async ({ page }) => {
  await enter(page, member, `#/community/${owner.id}`);
  const failed = page.locator("[data-failed=fetch]");
  await expect(failed).toContainText("there is no room under the storage caps");
  await failed.getByRole("button", { name: "Dismiss" }).click();
  await expect(failed).toHaveCount(0);
});

test("several weeks are chosen by keyboard", async ({ page }) => {
  await enter(page, member, `#/community/${owner.id}`);
  await cells(page).last().focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(section(page, "History").getByText("3 weeks")).toBeVisible();
  await expect(page.locator("[aria-selected=true]")).toHaveCount(3);
  await page.keyboard.press("Home");
  await expect(cells(page).first()).toBeFocused();
});

test("rates tell when the node was down, and where nothing was recorded yet", async ({ page }) => {
  const step = 10;
  const end = Math.floor(Date.now() / 1000 / step) * step;
  const points = 360;
  // A node that began an hour ago, less 20 minutes, and was down for ten of them.
  const value = (n: number) => (n < 120 || (n >= 240 && n < 300) ? null : 1024 * n);
  const values = Array.from({ length: points }, (_, n) => value(n));
  await page.route("**/rates?*", (route) =>
    route.fulfill({
      json: {
        range: "1h",
        step,
        times: values.map((_, n) => end - (points - n) * step),
        up: values,
        down: values,
        cpu: values.map((v) => v && 0.5),
        rss: values,
      },
    }),
  );
  await enter(page, member, `#/community/${owner.id}`);
  const graph = section(page, "Rates").locator("figure").first();
  await expect(graph.getByText("not running for 10 min")).toBeVisible();
  const over = graph.locator(".u-over");
  await over.scrollIntoViewIfNeeded();
  const { width, height } = (await over.boundingBox()) ?? { width: 0, height: 0 };
  const at = (share: number) => over.hover({ position: { x: Math.round(width * share), y: height / 2 } });
  const tells = (share: number, text: string | RegExp) =>
    pointing(
      () => at(share),
      () => expect(graph.getByText(text).first()).toBeVisible(soon),
    );
  await tells(0.75, "node was down");
  await tells(0.15, "nothing recorded");
  await tells(0.95, /^34\d KiB\/s$/);
});
