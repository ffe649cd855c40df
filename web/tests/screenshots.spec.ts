// Pictures of every view for docs/screenshots; see `make screenshots`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { enter, expect, show, test, type Page } from "./world/fixtures.ts";
import { gallery, viewsOf, type Gallery } from "./world/gallery.ts";

const folder = process.env.SCREENSHOTS ?? "";
test.skip(folder === "", "make screenshots takes them");
test.describe.configure({ mode: "serial" });

// The rest of a longer page shows nothing new, in pixels.
const tallest = 2000;

let g: Gallery;

test.beforeAll(async ({ world }) => {
  mkdirSync(folder, { recursive: true });
  g = await gallery(world);
});

async function take(page: Page, name: string) {
  await expect(page.locator(".loading")).toHaveCount(0);
  await page.mouse.move(0, 0);
  // As high as the page is, so that what sticks to the window reaches its end.
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 };
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(height, whole), tallest) });
  await expect(page.locator("[data-reading]")).toHaveCount(0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await page.setViewportSize({ width, height });
}

for (const { suffix, theme, width, height } of [
  { suffix: "", theme: "light", width: 1280, height: 800 },
  { suffix: "-dark", theme: "dark", width: 1280, height: 800 },
  { suffix: "-narrow", theme: "light", width: 360, height: 740 },
]) {
  test(`views, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.addInitScript((t) => localStorage.setItem("seeder", JSON.stringify({ theme: t })), theme);
    await page.goto(g.node.origin);
    await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
    await take(page, `login${suffix}`);
    await enter(page, g.node);
    for (const [name, hash] of Object.entries(viewsOf(g))) {
      await show(page, hash);
      if (name === "about") {
        await page.getByRole("button", { name: "Look the node over" }).click();
        await expect(page.locator(".checks")).toBeVisible({ timeout: 40_000 });
      }
      await take(page, `${name}${suffix}`);
    }
  });
}
