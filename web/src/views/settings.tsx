import { useState } from "preact/hooks";
import { api, logOut, problemOf } from "../api/client";
import type { Change, ReloadResult as Reloaded } from "../api/types";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { ConfigList } from "../components/config-list";
import { Loading, Notice, Trouble } from "../components/empty";
import { Segments, Select } from "../components/field";
import { Page, Section } from "../components/page";
import { fail, tell } from "../components/toast";
import { language, theme, type Language, type Theme } from "../prefs";
import { t } from "../strings";
import { useAsked } from "../use-asked";

function entries<T extends string>(words: Record<string, string>): { value: T; label: string }[] {
  return Object.entries(words).map(([value, label]) => ({ value: value as T, label }));
}

function ThisPage() {
  const s = t().settings;
  return (
    <Section title={s.page} aside={<span class="small faint">{s.pageHint}</span>}>
      <div class="choices">
        <div class="choice">
          <h3>{s.theme}</h3>
          <Segments<Theme>
            label={s.theme}
            value={theme.value}
            options={entries(s.themes)}
            onChange={(v) => (theme.value = v)}
          />
        </div>
        <div class="choice">
          <h3>{s.language}</h3>
          <Segments<Language>
            label={s.language}
            value={language.value}
            options={entries(s.languages)}
            onChange={(v) => (language.value = v)}
          />
        </div>
        <div class="choice">
          <h3>{s.session}</h3>
          <div class="row">
            <Button onClick={() => logOut().catch((thrown: unknown) => fail(problemOf(thrown)))}>{s.logOut}</Button>
            <span class="small faint">{s.logOutHint}</span>
          </div>
        </div>
      </div>
    </Section>
  );
}

function LogLevel() {
  const s = t().settings;
  const level = useAsked((signal) => api.logLevel(signal));
  const change = async (wanted: string) => {
    const now = await api.setLogLevel(wanted);
    level.put(now);
    tell(s.logLevelTold(s.logLevels[now.level] ?? now.level));
  };
  return (
    <Section title={s.log}>
      {level.problem && <Trouble problem={level.problem} onRetry={level.again} />}
      {!level.value && !level.problem && <Loading what={t().trouble.loading} />}
      {level.value && (
        <div class="narrow">
          <Select
            label={s.logLevel}
            value={level.value.level}
            options={entries(s.logLevels)}
            onChange={change}
            hint={s.logLevelHint}
          />
        </div>
      )}
    </Section>
  );
}

const shownValue = (v: unknown): string =>
  v === "" || v === null || (Array.isArray(v) && v.length === 0)
    ? t().settings.empty
    : Array.isArray(v)
      ? v.join(", ")
      : String(v);

function Changes({ title, list, tone }: { title: string; list: Change[]; tone: "good" | "warn" }) {
  const s = t().settings;
  return list.length === 0 ? null : (
    <Notice kind={tone} icon={tone === "good" ? "check" : "alert"}>
      <p>{title}</p>
      <ul class="plain-list">
        {list.map((c) => (
          <li key={c.key} class="mono">
            {s.change(c.key, shownValue(c.before), shownValue(c.after))}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function ReloadResult({ result }: { result: Reloaded }) {
  const s = t().settings;
  const { applied, needs_restart } = result;
  return (
    <div class="stack" role="status">
      {applied.length + needs_restart.length === 0 && <Notice>{s.reloadNothing}</Notice>}
      <Changes title={s.reloadApplied(applied.length)} list={applied} tone="good" />
      <Changes title={s.reloadRestart(needs_restart.length)} list={needs_restart} tone="warn" />
    </div>
  );
}

function Configuration() {
  const s = t().settings;
  const config = useAsked((signal) => api.config(signal));
  const [result, setResult] = useState<Reloaded>();
  const reload = async () => {
    try {
      setResult(await api.reload());
      config.again();
    } catch (thrown) {
      setResult(undefined);
      fail(problemOf(thrown));
    }
  };
  const file = config.value?.file ?? "";
  return (
    <Section
      title={s.config}
      aside={
        <Button icon="work" onClick={reload}>
          {s.reload}
        </Button>
      }
    >
      <div class="stack">
        {config.problem && <Trouble problem={config.problem} onRetry={config.again} />}
        {!config.value && !config.problem && <Loading what={t().trouble.loading} />}
        {config.value && (
          <>
            <p class="quiet">
              {file === "" ? s.configNoFile : s.configFile(file)} {s.configHint} <Badge tone="good">{s.liveMark}</Badge>{" "}
              <Badge>{s.restartMark}</Badge>
            </p>
            {result && <ReloadResult result={result} />}
            <ConfigList values={config.value.values} />
          </>
        )}
      </div>
    </Section>
  );
}

/** How this page looks, what the node logs, and its configuration. */
export function Settings() {
  return (
    <Page title={t().nav.settings}>
      <ThisPage />
      <LogLevel />
      <Configuration />
    </Page>
  );
}
