// What every test has: a page that tells when it asks another origin, or when a script
// fails; and a world of nodes.
import { test as base, expect, type Page } from "@playwright/test";
import type { SeederNode } from "./node.ts";
import { World } from "./world.ts";

export { expect } from "@playwright/test";
export type { Page } from "@playwright/test";

interface Told {
  /** Addresses that were asked, of other origins than allowed. */
  strangers: string[];
  /** What scripts said of errors. */
  errors: string[];
}

// Refusals and nodes that are down are what some tests are about; browsers report each
// as an error of the console.
const expected = /Failed to load resource|net::ERR_/;

export const test = base.extend<{ told: Told }, { world: World }>({
  world: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, worker) => {
      const world = new World(worker.workerIndex);
      try {
        await use(world);
      } finally {
        await world.close();
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],
  told: [
    async ({ context, world }, use, info) => {
      const told: Told = { strangers: [], errors: [] };
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (!world.origins.has(url.origin) && !["data:", "blob:"].includes(url.protocol)) {
          told.strangers.push(request.url());
        }
      });
      context.on("console", (message) => {
        if (message.type() === "error" && !expected.test(message.text())) {
          told.errors.push(message.text());
        }
      });
      context.on("weberror", (e) => told.errors.push(String(e.error())));
      await use(told);
      // An answer that a test makes up may just be on its way.
      await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
      if (info.status !== info.expectedStatus) {
        await info.attach("logs", { body: world.logs(), contentType: "text/plain" });
      }
      expect(told.strangers, "requests that left the origin").toEqual([]);
      expect(told.errors, "errors of scripts").toEqual([]);
    },
    { auto: true },
  ],
});

// enter opens a view of a node with the link that its owner would use.
export async function enter(page: Page, node: SeederNode, hash = "#/"): Promise<void> {
  await page.goto(`${node.origin}/#token=${encodeURIComponent(node.token)}`);
  await expect(page.locator("nav")).toBeAttached();
  if (hash !== "#/") {
    await show(page, hash);
  }
}

// show goes to a view without loading the page anew.
export async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await expect(page.locator("main h1")).toBeVisible();
}
