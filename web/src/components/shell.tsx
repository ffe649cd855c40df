import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { stream } from "../api/events";
import { rate } from "../format";
import { hrefOf, route, type Route } from "../router";
import { follower, live, now, readAll, status, trouble } from "../store";
import { t } from "../strings";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import { BackupReminder } from "./key-backup";

type Plain = Exclude<Route, { id: string }>["view"];

const entries: { view: Plain & keyof ReturnType<typeof t>["nav"]; icon: IconName }[] = [
  { view: "communities", icon: "communities" },
  { view: "limits", icon: "limits" },
  { view: "activity", icon: "activity" },
  { view: "settings", icon: "settings" },
  { view: "about", icon: "about" },
];

function Nav({ onChosen }: { onChosen: () => void }) {
  const s = t().nav;
  const at = route.value.view;
  return (
    <nav aria-label={s.label} id="nav">
      <ul>
        {entries.map(({ view, icon }) => {
          const here = at === view || (view === "communities" && at === "community");
          return (
            <li key={view}>
              <a
                class="nav-link"
                href={hrefOf({ view } as Route)}
                aria-current={here ? "page" : undefined}
                onClick={onChosen}
              >
                <Icon name={icon} />
                <span>{s[view]}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** What the whole node transfers now. */
function NodeRates() {
  const frame = live.value;
  const s = t().common;
  if (!frame) {
    return null;
  }
  return (
    <p class="node-rates">
      <span class="rate up">
        <Icon name="up" size={14} />
        <span class="hidden">{s.up}</span> {rate(frame.node.up)}
      </span>
      <span class="rate down">
        <Icon name="down" size={14} />
        <span class="hidden">{s.down}</span> {rate(frame.node.down)}
      </span>
    </p>
  );
}

/** Says whether what is shown is of now. */
function StreamState() {
  const s = t().stream;
  const state = stream.value;
  return (
    <p class={`stream-state ${state.kind}`}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{state.kind === "lost" ? s.lost(0) : s[state.kind]}</span>
    </p>
  );
}

/** Shown above every view while what stands there is not of now. */
function StaleBanner() {
  const state = stream.value;
  const s = t().stream;
  // A node that says why it does not answer is better told than that it does not.
  const said = trouble.value && trouble.value.status > 0 && status.value;
  if (state.kind === "lost" && !said) {
    if (now.value - state.since < 2000) {
      return null;
    }
    const seconds = Math.max(0, Math.ceil((state.retryAt - now.value) / 1000));
    return (
      <div class="banner" role="alert">
        <Icon name="offline" />
        <p class="grow">
          {state.reason === "" ? s.lostLong : s.refused(state.reason)} <span aria-hidden="true">{s.lost(seconds)}</span>
        </p>
        <Button small onClick={() => follower.retry()}>
          {s.retry}
        </Button>
      </div>
    );
  }
  if (!trouble.value || !status.value) {
    return null; // views say it themselves while they have nothing to show
  }
  return (
    <div class="banner" role="alert">
      <Icon name="alert" />
      <p class="grow">
        {s.stale((trouble.value.message || t().trouble.unreachable).replace(/\.$/, ""))}{" "}
        {trouble.value.hint && <span class="quiet">{trouble.value.hint}</span>}
      </p>
      <Button small onClick={tryNow}>
        {s.retry}
      </Button>
    </div>
  );
}

async function tryNow(): Promise<void> {
  follower.retry();
  await readAll();
}

export function Shell({ children }: { children: ComponentChildren }) {
  const s = t();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) {
      return;
    }
    const escape = (e: KeyboardEvent) => e.key === "Escape" && setOpen(false);
    document.addEventListener("keydown", escape);
    return () => document.removeEventListener("keydown", escape);
  }, [open]);
  return (
    <div class={open ? "shell nav-open" : "shell"}>
      <a
        class="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          document.querySelector<HTMLElement>("main h1")?.focus();
        }}
      >
        {s.nav.skip}
      </a>
      <header class="side">
        <div class="side-top">
          <a class="brand" href="#/">
            <img src="./icon.svg" width="24" height="24" alt="" />
            <span>{s.product}</span>
          </a>
          <span class="menu-button">
            <Button
              icon={open ? "close" : "menu"}
              kind="quiet"
              label={open ? s.nav.close : s.nav.menu}
              aria-expanded={open}
              aria-controls="nav"
              onClick={() => setOpen(!open)}
            />
          </span>
        </div>
        <Nav onChosen={() => setOpen(false)} />
        <div class="side-foot">
          <NodeRates />
          <StreamState />
        </div>
      </header>
      <main id="main" class="main">
        <StaleBanner />
        <BackupReminder />
        {children}
      </main>
    </div>
  );
}
