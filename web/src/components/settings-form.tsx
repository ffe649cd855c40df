import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api, problemOf, type Problem, type Values } from "../api/client";
import type { Setting } from "../api/types";
import { pretty } from "../format";
import { t } from "../strings";
import type { Scope } from "../views/limits";
import { Button } from "./button";
import { Notice } from "./empty";
import { Field, Select, type Verdict } from "./field";
import { fromText } from "./in-force";
import { Switch } from "./switch";
import { fail } from "./toast";

const switches = new Set([
  "alternative",
  "pause_on_battery",
  "pause_on_metered",
  "serve",
  "fetch",
  "paused",
  "drop_messages_on_evict",
  "evict_originals",
]);

function placeholderOf(key: string): string {
  const s = t().limits;
  const special: Record<string, string> = {
    cap: s.placeholderSize,
    min_free: s.placeholderFree,
    timezone: s.placeholderZone,
    pins: s.placeholderPins,
  };
  return special[key] ?? s.placeholderRate;
}

/** Where a value comes from, and the way back. */
function Origin({ setting, save }: { setting: Setting; save: (values: Values) => Promise<void> }) {
  const s = t().limits;
  const takeBack = () => save({ [setting.key]: null }).catch((thrown: unknown) => fail(problemOf(thrown)));
  if (setting.from === "default") {
    return null;
  }
  if (setting.from !== "set") {
    return <span class="origin">{fromText(setting.from)}</span>;
  }
  return (
    <span class="origin">
      {s.fromSet}{" "}
      <Button small kind="quiet" onClick={takeBack}>
        {s.takeBackTo(pretty(setting.otherwise))}
      </Button>
    </span>
  );
}

interface RowProps {
  setting: Setting;
  label: string;
  help: string;
  draft: string | undefined;
  error: string | undefined;
  onDraft: (value: string | undefined) => void;
  check: (value: string, signal: AbortSignal) => Promise<Verdict | undefined>;
  save: (values: Values) => Promise<void>;
}

/** A setting that is typed: it is checked while somebody types, and holds when it is saved. */
function TypedSetting({ setting, label, help, draft, error, onDraft, check, save }: RowProps) {
  const { value } = setting;
  return (
    <Field
      label={label}
      value={draft ?? value}
      placeholder={placeholderOf(setting.key)}
      error={error}
      check={check}
      onInput={(text) => onDraft(text === value ? undefined : text)}
      hint={
        <>
          {help} <Origin setting={setting} save={save} />
        </>
      }
    />
  );
}

function Row(props: RowProps) {
  const { setting, label, help, save } = props;
  const s = t().limits;
  if (switches.has(setting.key)) {
    return (
      <div class="field">
        <Switch
          label={label}
          checked={setting.value === "on"}
          onChange={(on) => save({ [setting.key]: on ? "on" : "off" })}
        />
        <p class="hint">
          {help} <Origin setting={setting} save={save} />
        </p>
      </div>
    );
  }
  if (setting.key === "pace") {
    return (
      <Select
        label={label}
        value={setting.value}
        options={Object.entries(s.paces).map(([value, text]) => ({ value, label: text }))}
        onChange={(value) => save({ pace: value })}
        hint={
          <>
            {help} <Origin setting={setting} save={save} />
          </>
        }
      />
    );
  }
  return <TypedSetting {...props} />;
}

/** What was typed and not saved, by scope and key; it waits for those who look at something else meanwhile. */
const typed = signal<Record<string, Record<string, string>>>({});

/**
 * Settings of a scope. Switches hold at once; what is typed is checked by the node at
 * each pause, and holds when all of it is saved together.
 */
export function SettingsForm({
  scope,
  settings,
  save,
}: {
  scope: Scope;
  settings: Setting[];
  save: (values: Values) => Promise<void>;
}) {
  const s = t().limits;
  const of = scope.id ?? "";
  const all = typed.value[of] ?? {};
  const mine = (key: string) => settings.some((x) => x.key === key);
  const drafts = Object.fromEntries(Object.entries(all).filter(([k]) => mine(k)));
  const setDrafts = (next: Record<string, string>) => {
    const others = Object.entries(typed.value[of] ?? {}).filter(([k]) => !mine(k));
    typed.value = { ...typed.value, [of]: { ...Object.fromEntries(others), ...next } };
  };
  const [problem, setProblem] = useState<Problem>();
  const help = scope.id === undefined ? s.nodeHelp : s.communityHelp;
  const count = Object.keys(drafts).length;
  const change = (key: string, value: string | undefined) => {
    const others = Object.entries(drafts).filter(([k]) => k !== key);
    setDrafts(Object.fromEntries(value === undefined ? others : [...others, [key, value]]));
    setProblem(undefined);
  };
  const check = (key: string) => async (value: string, signal: AbortSignal) => {
    const verdict = (await api.check({ [key]: value }, scope.id, signal)).find((c) => c.key === key);
    if (!verdict) {
      return undefined;
    }
    const accepted = verdict.value === value ? undefined : s.willBe(pretty(verdict.value ?? ""));
    return { ok: verdict.ok, message: verdict.ok ? accepted : verdict.message };
  };
  const submit = async () => {
    setProblem(undefined);
    try {
      await save(Object.fromEntries(Object.entries(drafts).map(([k, v]) => [k, v.trim() === "" ? null : v])));
      setDrafts({});
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <form
      class="settings-form"
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      {settings.map((setting) => (
        <Row
          key={setting.key}
          setting={setting}
          label={s.keys[setting.key] ?? setting.key}
          help={help[setting.key] ?? ""}
          draft={drafts[setting.key]}
          error={problem?.fields[setting.key]}
          onDraft={(value) => change(setting.key, value)}
          check={check(setting.key)}
          save={save}
        />
      ))}
      {problem && (
        <Notice kind="bad" icon="alert">
          <p role="alert">{problem.message}</p>
          {problem.hint && <p class="small quiet">{problem.hint}</p>}
        </Notice>
      )}
      {count > 0 && (
        <div class="unsaved" role="status">
          <span class="grow">{s.unsaved(count)}</span>
          <Button small onClick={() => setDrafts({})}>
            {s.discard}
          </Button>
          <Button small kind="primary" type="submit">
            {s.saveAll}
          </Button>
        </div>
      )}
    </form>
  );
}
