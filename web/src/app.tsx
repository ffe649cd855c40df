import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { problemOf, session } from "./api/client";
import { Button } from "./components/button";
import { Shell } from "./components/shell";
import { Toasts } from "./components/toast";
import { Loading, Notice, Trouble } from "./components/empty";
import { Page } from "./components/page";
import { addressed, hrefOf, route } from "./router";
import { status, trouble } from "./store";
import { t } from "./strings";
import { About } from "./views/about";
import { Activity } from "./views/activity";
import { Communities } from "./views/communities";
import { Community } from "./views/community";
import { Limits } from "./views/limits";
import { Login } from "./views/login";
import { Settings } from "./views/settings";
import { Welcome } from "./views/welcome";

function View() {
  const at = route.value;
  switch (at.view) {
    case "community":
      return <Community key={at.id} id={at.id} />;
    case "limits":
      return <Limits />;
    case "activity":
      return <Activity />;
    case "settings":
      return <Settings />;
    case "about":
      return <About />;
    case "welcome":
      return <Welcome />;
    default:
      return <Communities />;
  }
}

/** Moves the focus to the heading of a view that was chosen, or led to by the log-in, so that it is read out. */
function useFocusOnChange(where: string) {
  const before = useRef("unknown");
  const state = session.value;
  useEffect(() => {
    // Nothing was chosen when the page is opened, and the log-in puts the focus into its field.
    if (before.current !== "unknown" && state === "in") {
      window.scrollTo(0, 0);
      document.querySelector<HTMLElement>("main h1")?.focus();
    }
    before.current = state;
  }, [where, state]);
}

/** Keeps the rest of the page when a view fails, which is a fault of this program. */
function Guard({ children }: { children: ComponentChildren }) {
  const [broken] = useErrorBoundary((thrown: unknown) => reportError(thrown));
  const s = t().trouble;
  return broken === undefined ? (
    <>{children}</>
  ) : (
    <Page title={s.broken}>
      <Notice kind="bad" icon="alert">
        <p class="mono">{problemOf(broken).message}</p>
        <p>{s.brokenHint}</p>
      </Notice>
      <div class="row">
        <Button onClick={() => location.reload()}>{s.reload}</Button>
      </div>
    </Page>
  );
}

/** Who has no community yet is led to where one is added. */
function useWelcome() {
  const none = status.value?.communities.length === 0 && route.value.view === "communities";
  useEffect(() => {
    // Somebody may have gone on to another view a moment ago.
    if (none && addressed().view === "communities") {
      location.replace(hrefOf({ view: "welcome" }));
    }
  }, [none]);
}

export function App() {
  const where = hrefOf(route.value);
  useFocusOnChange(where);
  useWelcome();
  if (session.value === "out") {
    return (
      <>
        <Login />
        <Toasts />
      </>
    );
  }
  if (session.value === "unknown") {
    return (
      <main class="alone">
        <h1 class="hidden">{t().product}</h1>
        {trouble.value ? <Trouble problem={trouble.value} /> : <Loading what={t().trouble.loading} />}
      </main>
    );
  }
  return (
    <Shell>
      <Guard key={where}>
        <View />
      </Guard>
      <Toasts />
    </Shell>
  );
}
