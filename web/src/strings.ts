import { languageNow } from "./prefs";
import { de } from "./strings.de";

/** Everything that people read, in English. strings.de.ts has the same in German. */
export const en = {
  product: "seeder",
  nav: {
    label: "Views",
    menu: "Menu",
    close: "Close menu",
    skip: "Skip to content",
    communities: "Communities",
    limits: "Limits & schedule",
    activity: "Activity",
    settings: "Settings",
    about: "About",
    add: "Add a community",
  },
  stream: {
    live: "Live",
    connecting: "Connecting",
    idle: "Not connected",
    lost: (seconds: number) => (seconds > 0 ? `Reconnecting in ${seconds} s` : "Reconnecting"),
    lostLong: "The node does not answer. What you see is how it was.",
    retry: "Try now",
  },
  common: {
    cancel: "Cancel",
    save: "Save",
    saving: "Saving",
    close: "Close",
    retry: "Try again",
    more: "More",
    copy: "Copy",
    copied: "Copied",
    unlimited: "unlimited",
    none: "none",
    never: "never",
    unknown: "not known",
    of: (a: string, b: string) => `${a} of ${b}`,
    ago: (span: string) => `${span} ago`,
    inTime: (span: string) => `in ${span}`,
    justNow: "just now",
    soon: "now",
    up: "Upload",
    down: "Download",
    dismiss: "Dismiss",
    unitSeconds: "s",
    unitMinutes: "min",
    unitHours: "h",
    unitDays: "d",
  },
  trouble: {
    title: "This could not be read",
    unreachable: "The node does not answer.",
    unreachableHint: "Is it running? `seeder status` tells. This page goes on trying.",
    loading: "Asking the node",
    news: "Messages",
  },
};

export type Strings = typeof en;

/** The strings of the language that was chosen; components that call it follow a change. */
export function t(): Strings {
  return languageNow() === "de" ? de : en;
}
