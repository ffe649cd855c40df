// Where things are in the dashboard, in the words of its English strings.
import { expect, type Page } from "@playwright/test";

// field is an input by its label, and by no longer one that begins so.
export function field(page: Page, label: string) {
  return page.getByLabel(label, { exact: true });
}

// section is a part of a view, by its heading.
export function section(page: Page, title: string) {
  return page.getByRole("region", { name: title, exact: true });
}

// setLimits types values by their labels in a part of the limits, and saves them.
export async function setLimits(page: Page, part: string, values: Record<string, string>): Promise<void> {
  const box = section(page, part);
  for (const [label, value] of Object.entries(values)) {
    await box.getByLabel(label, { exact: true }).fill(value);
  }
  await box.getByRole("button", { name: "Save changes" }).click();
  await expect(box.getByRole("button", { name: "Save changes" })).toBeHidden();
}

// rates are what the page shows of a direction, in bytes a second.
export async function shownRate(page: Page, way: "up" | "down"): Promise<number> {
  const text = await page.locator(`[data-flow=${way}]`).first().innerText();
  return bytes(text.replace("/s", ""));
}

const units = ["B", "KiB", "MiB", "GiB"];

// bytes reads a size as the page shows it in English.
export function bytes(text: string): number {
  const match = /([\d.,]+)\s*([KMG]?i?B)/.exec(text);
  if (!match) {
    throw new Error(`no size: ${text}`);
  }
  return Number((match[1] ?? "").replaceAll(",", "")) * 1024 ** units.indexOf(match[2] ?? "B");
}
