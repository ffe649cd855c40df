import { computed, signal } from "@preact/signals";
import { communities, refresh } from "./store";

/**
 * Keys that were shown in this browser and that nobody has said to have a copy of. The node
 * knows which keys it gave away (backed_up_at), and not whether somebody kept them.
 */
const KEY = "seeder-keys-shown";

function read(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}

const shown = signal<string[]>(read());

function keep(list: string[]): void {
  shown.value = list;
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Without storage it is remembered until the page is closed.
  }
}

/** Remembers that somebody sees the key of a community, and has yet to say that there is a copy. */
export function keyShown(id: string): void {
  keep([...shown.value.filter((x) => x !== id), id]);
}

/** Somebody says that there is a copy. */
export function keyKept(id: string): void {
  keep(shown.value.filter((x) => x !== id));
  refresh();
}

/** Own communities whose key still needs a copy. */
export const unkept = computed(() =>
  communities.value.filter((c) => c.role === "owner" && (!c.backed_up_at || shown.value.includes(c.id))),
);
