import { signal } from "@preact/signals";

/** Where in the dashboard somebody is. */
export type Route =
  | { view: "communities" }
  | { view: "community"; id: string }
  /** The limits of a community, or of the node. */
  | { view: "limits"; of?: string }
  | { view: "activity" }
  | { view: "settings" }
  | { view: "about" }
  | { view: "welcome" }
  | { view: "login" };

const plain = ["limits", "activity", "settings", "about", "welcome", "login"] as const;

/** The text of a part of an address; as it stands there when no text can be made of it, as of "%". */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parse(hash: string): Route {
  const [first = "", second = ""] = hash.replace(/^#\/?/, "").split("/");
  if (first === "community" && second !== "") {
    return { view: "community", id: decode(second) };
  }
  if (first === "limits" && second !== "") {
    return { view: "limits", of: decode(second) };
  }
  const view = plain.find((p) => p === first);
  return view ? { view } : { view: "communities" };
}

export function hrefOf(route: Route): string {
  switch (route.view) {
    case "communities":
      return "#/";
    case "community":
      return "#/community/" + encodeURIComponent(route.id);
    case "limits":
      return "#/limits" + (route.of === undefined ? "" : "/" + encodeURIComponent(route.of));
    default:
      return "#/" + route.view;
  }
}

/** Where the address leads, which `route` follows a moment later. */
export const addressed = (): Route => parse(location.hash);

export const route = signal<Route>(addressed());

window.addEventListener("hashchange", () => {
  const next = addressed();
  if (hrefOf(next) !== hrefOf(route.value)) {
    route.value = next;
  }
});

export function navigate(to: Route): void {
  location.hash = hrefOf(to);
}

/**
 * Takes the token out of a link such as http://127.0.0.1:26883/#token=..., so that it
 * stays neither in the address nor in the history.
 */
export function takeToken(): string {
  const given = /^#\/?token=([^&]+)/.exec(location.hash);
  if (!given?.[1]) {
    return "";
  }
  history.replaceState(null, "", location.pathname + "#/");
  route.value = { view: "communities" };
  return decode(given[1]);
}
