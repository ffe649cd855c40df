import { useId, useRef, useState } from "preact/hooks";
import type { Checked } from "../api/types";
import { pretty } from "../format";
import type { Brush, Week } from "../schedule";
import { t } from "../strings";
import { Button } from "./button";
import { Field } from "./field";
import { COLOURS, letterOf } from "./week-grid";

/** Rates in words; those that a brush leaves alone are the usual ones. */
function ratesText(brush: Brush): string {
  const s = t().schedule;
  if (brush.up !== undefined && brush.down !== undefined) {
    return s.rates(pretty(brush.up), pretty(brush.down));
  }
  return brush.up === undefined ? s.onlyDown(pretty(brush.down ?? "")) : s.onlyUp(pretty(brush.up));
}

/** A brush of a week in words; -1 stands for the usual limits. */
export function describeBrush(week: Week, index: number, usual: Brush): string {
  const s = t().schedule;
  const brush = week.brushes[index];
  return brush ? ratesText(brush) : s.as(ratesText(usual));
}

function Choice({
  group,
  index,
  text,
  hint,
  chosen,
  onChoose,
}: {
  group: string;
  index: number;
  text: string;
  hint?: string;
  chosen: boolean;
  onChoose: () => void;
}) {
  return (
    <label class="brush-choice">
      <input type="radio" name={group} checked={chosen} onChange={onChoose} />
      <span class={`brush-sample ${index < 0 ? "usual" : `brush-${index % COLOURS}`}`} aria-hidden="true">
        {index < 0 ? "" : letterOf(index)}
      </span>
      <span>
        {text}
        {hint && <span class="small faint"> {hint}</span>}
      </span>
    </label>
  );
}

type Check = (values: Record<string, string>, signal: AbortSignal) => Promise<Checked[]>;

/** Two rates that become a brush, when the node takes them. */
function NewBrush({ onAdd, check }: { onAdd: (brush: Brush) => void; check: Check }) {
  const s = t().schedule;
  const [typed, setTyped] = useState({ up: "", down: "" });
  const [errors, setErrors] = useState<{ up?: string; down?: string }>({});
  // The week may be painted on while the node is asked.
  const latest = useRef(onAdd);
  latest.current = onAdd;
  const look = (key: "up" | "down") => async (value: string, signal: AbortSignal) => {
    if (value.trim() === "") {
      return undefined;
    }
    const c = (await check({ [key]: value }, signal))[0];
    return c && { ok: c.ok, message: c.ok ? undefined : c.message };
  };
  const add = async () => {
    const given = Object.fromEntries(Object.entries(typed).filter(([, v]) => v.trim() !== ""));
    if (Object.keys(given).length === 0) {
      setErrors({ up: s.needsOne });
      return;
    }
    const answers = await check(given, new AbortController().signal);
    const wrong = answers.filter((c) => !c.ok);
    setErrors(Object.fromEntries(wrong.map((c) => [c.key, c.message ?? ""])));
    if (wrong.length === 0) {
      latest.current(Object.fromEntries(answers.map((c) => [c.key, c.value ?? ""])));
      setTyped({ up: "", down: "" });
    }
  };
  const change = (key: "up" | "down") => (value: string) => {
    setTyped({ ...typed, [key]: value });
    setErrors({});
  };
  return (
    <form
      class="new-brush"
      onSubmit={(e) => {
        e.preventDefault();
        void add();
      }}
    >
      {(["up", "down"] as const).map((key) => (
        <Field
          key={key}
          label={key === "up" ? s.upField : s.downField}
          value={typed[key]}
          placeholder={s.emptyIsUsual}
          onInput={change(key)}
          error={errors[key]}
          check={look(key)}
        />
      ))}
      <Button type="submit" small icon="add">
        {s.addBrush}
      </Button>
    </form>
  );
}

/** What the grid is painted with: the usual limits, rates of this schedule, or others. */
export function BrushChoice({
  week,
  usual,
  chosen,
  onChoose,
  onAdd,
  check,
}: {
  week: Week;
  usual: Brush;
  chosen: number;
  onChoose: (brush: number) => void;
  onAdd: (brush: Brush) => void;
  check: Check;
}) {
  const s = t().schedule;
  const group = useId();
  return (
    <div class="stack">
      <fieldset class="brushes">
        <legend>{s.brushes}</legend>
        <Choice
          group={group}
          index={-1}
          text={s.base}
          hint={`(${ratesText(usual)})`}
          chosen={chosen < 0}
          onChoose={() => onChoose(-1)}
        />
        {week.brushes.map((b, i) => (
          <Choice
            key={i}
            group={group}
            index={i}
            text={ratesText(b)}
            chosen={chosen === i}
            onChoose={() => onChoose(i)}
          />
        ))}
      </fieldset>
      <fieldset class="brushes">
        <legend>{s.newBrush}</legend>
        <NewBrush onAdd={onAdd} check={check} />
      </fieldset>
    </div>
  );
}
