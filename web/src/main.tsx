import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/components.css";
import "./prefs";
import { logIn } from "./api/client";
import { App } from "./app";
import { takeToken } from "./router";
import { start } from "./store";

async function begin(): Promise<void> {
  const token = takeToken();
  if (token !== "") {
    // A wrong token leads to the log-in, which says what to do.
    await logIn(token).catch(() => undefined);
  }
  await start();
}

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  void begin();
}
