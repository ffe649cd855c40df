import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { logIn, problemOf, type Problem } from "../api/client";
import { Button } from "../components/button";
import { Copy } from "../components/copy";
import { Notice } from "../components/empty";
import { Field, Segments } from "../components/field";
import { Page } from "../components/page";
import { duration } from "../format";
import { language, type Language } from "../prefs";
import { t } from "../strings";

/** Why the link that brought somebody here did not log in; null when it did, or there was none. */
export const linkRefused = signal<Problem | null>(null);

/** The refusal of a log-in in the words of the person who tries. */
function reason(problem: Problem): { text: string; hint?: string } {
  const s = t().login;
  switch (problem.status) {
    case 0:
      return { text: s.unreachable };
    case 401:
    case 403:
      return { text: s.wrong, hint: s.wrongHint };
    case 429:
      return { text: s.tooMany(duration((problem.retryAfter || 60) * 1000)) };
    default:
      return { text: problem.message, hint: problem.hint };
  }
}

function Commands() {
  const s = t().login;
  return (
    <div class="stack small">
      <p class="quiet">{s.hint}</p>
      <ul class="login-commands">
        {s.commands.map((c) => (
          <li key={c}>
            <code>{c}</code>
            <Copy text={c} label={`${t().common.copy}: ${c}`} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function TokenForm() {
  const s = t().login;
  const [token, setToken] = useState("");
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<{ text: string; hint?: string }>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (token.trim() === "") {
      setProblem({ text: s.missing });
      return;
    }
    setBusy(true);
    try {
      await logIn(token.trim());
      linkRefused.value = null;
    } catch (thrown) {
      setProblem(reason(problemOf(thrown)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy) {
          void submit();
        }
      }}
    >
      <Field
        label={s.token}
        type={shown ? "text" : "password"}
        value={token}
        onInput={(v) => {
          setToken(v);
          setProblem(undefined);
        }}
        error={problem?.text}
        hint={problem?.hint}
        autocomplete="current-password"
        mono
        autoFocus
        after={
          <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? s.hide : s.show}
          </Button>
        }
      />
      <div class="row">
        <Button type="submit" kind="primary">
          {busy ? s.entering : s.enter}
        </Button>
      </div>
    </form>
  );
}

/** Shown instead of every view while nobody is logged in. */
export function Login() {
  const s = t().login;
  const words = t().settings.languages;
  return (
    <main class="alone login">
      <Page
        title={s.title}
        lead={s.intro}
        before={<img class="login-mark" src="./icon.svg" width="40" height="40" alt="" />}
      >
        {linkRefused.value && (
          <Notice kind="warn" icon="alert">
            {linkRefused.value.status === 401 ? s.wrongLink : reason(linkRefused.value).text}
          </Notice>
        )}
        <TokenForm />
        <Commands />
        <div class="login-language">
          <Segments<Language>
            label={t().settings.language}
            value={language.value}
            options={Object.entries(words).map(([value, label]) => ({ value: value as Language, label }))}
            onChange={(v) => (language.value = v)}
          />
        </div>
      </Page>
    </main>
  );
}
