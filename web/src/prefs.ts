import { effect, signal } from "@preact/signals";

/** What this browser remembers: how the page looks, and nothing of the node. */
export type Theme = "auto" | "light" | "dark";
export type Language = "auto" | "en" | "de";

const KEY = "seeder";

interface Stored {
  theme?: Theme;
  language?: Language;
}

function read(): Stored {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Stored;
  } catch {
    return {};
  }
}

const stored = read();

export const theme = signal<Theme>(stored.theme ?? "auto");
export const language = signal<Language>(stored.language ?? "auto");

/** The language of the page: what was chosen, else what the browser prefers. */
export function languageNow(): "en" | "de" {
  if (language.value !== "auto") {
    return language.value;
  }
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

/** The language of the page with the country of the browser, where it has one in that language. */
export function localeNow(): string {
  const language = languageNow();
  return navigator.languages.find((l) => l.toLowerCase().startsWith(language)) ?? language;
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

effect(() => {
  document.documentElement.lang = languageNow();
});

effect(() => {
  try {
    localStorage.setItem(KEY, JSON.stringify({ theme: theme.value, language: language.value } satisfies Stored));
  } catch {
    // Without storage it holds until the page is closed.
  }
});
