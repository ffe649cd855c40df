import { computed, signal } from "@preact/signals";
import { communities } from "./store";

/**
 * Keys of communities created in this browser that nobody has said to have a copy of.
 * The node cannot know that, so the browser remembers.
 */
const KEY = "seeder-backups";

function read(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}

const pending = signal<string[]>(read());

function keep(list: string[]): void {
  pending.value = list;
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Without storage it is remembered until the page is closed.
  }
}

/** Remembers that the key of a community needs a copy. */
export function needsBackup(id: string): void {
  keep([...pending.value.filter((x) => x !== id), id]);
}

/** Somebody says that there is a copy. */
export function backedUp(id: string): void {
  keep(pending.value.filter((x) => x !== id));
}

/** Own communities whose key still needs a copy. */
export const unkept = computed(() =>
  communities.value.filter((c) => c.role === "owner" && pending.value.includes(c.id)),
);
