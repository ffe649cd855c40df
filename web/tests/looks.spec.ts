// Every view, as people with different screens, eyes and languages see it.
import { AxeBuilder } from "@axe-core/playwright";
import { enter, expect, show, test, type Page } from "./world/fixtures.ts";
import { gallery, viewsOf, type Gallery } from "./world/gallery.ts";

test.describe.configure({ mode: "serial" });

let g: Gallery;

test.beforeAll(async ({ world }) => {
  g = await gallery(world);
});

// settled waits until nothing is being read any more.
async function settled(page: Page) {
  await expect(page.locator(".loading")).toHaveCount(0);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

async function prefer(page: Page, prefs: { theme?: string; language?: string }) {
  await page.addInitScript((p) => localStorage.setItem("seeder", JSON.stringify(p)), prefs);
}

// What is not a matter of colours is the same in both.
for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing in any view, ${theme}`, async ({ page }) => {
    test.slow();
    await prefer(page, { theme });
    const faults: string[] = [];
    const look = async (name: string) => {
      const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode(true);
      const { violations } = await (theme === "light" ? axe : axe.withRules("color-contrast")).analyze();
      for (const v of violations) {
        faults.push(
          `${name}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join(" | ")}`,
        );
      }
    };
    await page.goto(g.node.origin);
    await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
    await look("login");
    await enter(page, g.node);
    for (const [name, hash] of Object.entries(viewsOf(g))) {
      await show(page, hash);
      await settled(page);
      await look(name);
    }
    await page.getByRole("button", { name: /^Create a community/ }).click();
    await look("welcome, second step");
    expect(faults).toEqual([]);
  });
}

// overflowing names what is wider than the screen.
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) {
      return [];
    }
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
    return wide
      .slice(-5)
      .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)} > ${width}`);
  });
}

for (const language of ["en", "de"] as const) {
  for (const width of [360, 1920]) {
    test(`nothing is cut off at ${width} px, ${language}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await prefer(page, { language });
      const faults: Record<string, string[]> = {};
      const look = async (name: string) => {
        const wide = await overflowing(page);
        if (wide.length > 0) {
          faults[name] = wide;
        }
      };
      await page.goto(g.node.origin);
      await expect(page.locator("h1")).toBeVisible();
      await look("login");
      await enter(page, g.node);
      for (const [name, hash] of Object.entries(viewsOf(g))) {
        await show(page, hash);
        await settled(page);
        await look(name);
      }
      expect(faults).toEqual({});
    });
  }
}

test("rates of before a restart are there, and that the node was down meanwhile", async ({ page }) => {
  await enter(page, g.node, `#/community/${g.followed}`);
  const graph = page.getByRole("region", { name: "Rates" }).locator("figure").first();
  await expect(graph.getByText(/^not running for 1[1-9] min$/)).toBeVisible();
  await page.getByText("24 hours").click();
  await expect(graph.getByText(/^mean [1-9][\d.]* KiB\/s, most [1-9][\d.]* [KM]iB\/s$/).first()).toBeVisible();
});

test("the check-up and the diagnostics bundle answer", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await enter(page, g.node, "#/about");
  await page.getByRole("button", { name: "Look the node over" }).click();
  await expect(page.getByRole("heading", { name: "Database" })).toBeVisible({ timeout: 40_000 });
  expect(await overflowing(page)).toEqual([]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the bundle" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
  expect(await (await download).failure()).toBeNull();
});

test("the configuration is found, and reloading says what it did", async ({ page }) => {
  await enter(page, g.node, "#/settings");
  await page.getByLabel("Find a setting").fill("retry");
  await expect(page.getByText("member.retry_min", { exact: true })).toBeVisible();
  await expect(page.getByText("swarm.listen", { exact: true })).toBeHidden();
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByText("Nothing has changed.")).toBeVisible();
});
