import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/components.css";
import "./styles/node.css";
import "./styles/communities.css";
import "./styles/community.css";
import "./prefs";
import { logIn, problemOf } from "./api/client";
import { App } from "./app";
import { takeToken } from "./router";
import { start } from "./store";
import { linkRefused } from "./views/login";

/** Logs in with the token of a link. A wrong one leads to the log-in, which says what to do. */
async function followLink(): Promise<void> {
  const token = takeToken();
  if (token !== "") {
    await logIn(token).catch((thrown: unknown) => (linkRefused.value = problemOf(thrown)));
  }
}

async function begin(): Promise<void> {
  await followLink();
  // The link may be opened where the page is open already.
  window.addEventListener("hashchange", () => void followLink());
  await start();
}

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  void begin();
}
