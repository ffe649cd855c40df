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

async function begin(): Promise<void> {
  const token = takeToken();
  if (token !== "") {
    // A wrong token leads to the log-in, which says what to do.
    await logIn(token).catch((thrown: unknown) => (linkRefused.value = problemOf(thrown)));
  }
  await start();
}

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  void begin();
}
