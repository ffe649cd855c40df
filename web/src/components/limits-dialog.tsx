import { useState } from "preact/hooks";
import { api, problemOf, type Problem, type Values } from "../api/client";
import type { Setting, Summary } from "../api/types";
import { pretty } from "../format";
import { hrefOf } from "../router";
import { nameOf, readAll } from "../store";
import { t } from "../strings";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./empty";
import { Field, type Verdict } from "./field";
import { Switch } from "./switch";
import { tell } from "./toast";

const keys = ["up", "down", "cap"] as const;
type Key = (typeof keys)[number];
type Draft = Record<Key, string>;

/** What was set, and nothing where nothing was. */
function written(settings: Setting[] | undefined): Draft {
  const of = (key: Key) => {
    const s = settings?.find((x) => x.key === key);
    return s?.from === "set" ? s.value : "";
  };
  return { up: of("up"), down: of("down"), cap: of("cap") };
}

/** Asks the node what it makes of a value, as it is typed. */
export function checkWith(key: string, community?: string) {
  return async (value: string, signal: AbortSignal): Promise<Verdict | undefined> => {
    const s = t().limitsDialog;
    if (value.trim() === "") {
      return { ok: true, message: s.none };
    }
    const [checked] = await api.check({ [key]: value.trim() }, community, signal);
    if (!checked) {
      return undefined;
    }
    return checked.ok
      ? { ok: true, message: s.understood(pretty(checked.value ?? value)) }
      : { ok: false, message: checked.message };
  };
}

/** The limits of a community, one click from its card. What is typed is checked at once and saved all or nothing. */
export function LimitsDialog({ of: c, onClose }: { of: Summary; onClose: () => void }) {
  const s = t();
  // What somebody else sets meanwhile is no change made here.
  const [before] = useState(() => written(c.limits?.settings));
  const [draft, setDraft] = useState<Draft>(before);
  const [problem, setProblem] = useState<Problem>();
  const changed = keys.filter((k) => draft[k].trim() !== before[k]);
  const wide = c.limits?.settings;
  const isOn = (key: string) => wide?.find((x) => x.key === key)?.value === "on";

  const save = async () => {
    const values: Values = Object.fromEntries(changed.map((k) => [k, draft[k].trim() || null]));
    try {
      const result = await api.setCommunity(c.id, values);
      tell(result.daemon === "told" ? s.limitsDialog.saved : s.limitsDialog.savedLater);
      await readAll();
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  const flip = (key: string) => async (on: boolean) => {
    await api.setCommunity(c.id, { [key]: on ? "on" : null });
    await readAll();
  };
  const field = (key: Key, label: string, hint: string) => (
    <Field
      key={key}
      label={label}
      hint={hint}
      value={draft[key]}
      placeholder={key === "cap" ? s.common.none : s.common.unlimited}
      check={checkWith(key, c.id)}
      error={problem?.fields[key]}
      autoFocus={key === "up"}
      onInput={(value) => {
        setProblem(undefined);
        setDraft({ ...draft, [key]: value });
      }}
    />
  );
  return (
    <Dialog
      open
      title={s.limitsDialog.title(nameOf(c))}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{s.common.cancel}</Button>
          <Button kind="primary" disabled={changed.length === 0} onClick={save}>
            {s.common.save}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (changed.length > 0) {
            void save();
          }
        }}
      >
        <div class="two">
          {field("up", s.limitsDialog.up, s.limitsDialog.rateHint)}
          {field("down", s.limitsDialog.down, s.limitsDialog.rateHint)}
        </div>
        {field("cap", s.limitsDialog.cap, s.limitsDialog.capHint)}
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
      {problem && Object.keys(problem.fields).length === 0 && (
        <Notice kind="bad" icon="alert">
          <p>{problem.message || s.trouble.unreachable}</p>
          {problem.hint && <p class="small quiet">{problem.hint}</p>}
        </Notice>
      )}
      <div class="stack-tight">
        <Switch
          label={s.limitsDialog.drop}
          checked={isOn("drop_messages_on_evict")}
          onChange={flip("drop_messages_on_evict")}
        />
        {c.role === "owner" && (
          <Switch
            label={s.limitsDialog.originals}
            checked={isOn("evict_originals")}
            onChange={flip("evict_originals")}
          />
        )}
      </div>
      <p>
        <a href={hrefOf({ view: "limits", of: c.id })} onClick={onClose}>
          {s.limitsDialog.more}
        </a>
      </p>
    </Dialog>
  );
}
