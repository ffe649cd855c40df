import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { problemOf } from "../api/client";
import { Icon } from "./icon";
import { fail } from "./toast";

/** What a check said of a value. */
export interface Verdict {
  ok: boolean;
  /** Why not, or how the value was understood. */
  message?: string | undefined;
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** What is accepted, or what it is for. */
  hint?: ComponentChildren;
  /** Said by the server when it was sent. */
  error?: string | undefined;
  /** Asked a moment after the last key; takes a signal that ends when the answer is of no use any more. */
  check?: (value: string, signal: AbortSignal) => Promise<Verdict | undefined>;
  type?: "text" | "password" | "search";
  placeholder?: string;
  /** Most characters that are taken. */
  maxLength?: number;
  multiline?: boolean;
  autoFocus?: boolean;
  mono?: boolean;
  disabled?: boolean;
  autocomplete?: string;
  /** Stands behind the input, such as a button. */
  after?: ComponentChildren;
}

/** Most characters of the name of a community that the node takes. */
export const NAME = 256;

/** Milliseconds without a key before a value is checked. */
const PAUSE = 250;

function useVerdict(value: string, check: FieldProps["check"]): Verdict | undefined {
  const [verdict, setVerdict] = useState<Verdict>();
  const first = useRef(value);
  const ask = useRef(check);
  ask.current = check;
  const checks = check !== undefined;
  useEffect(() => {
    if (!checks || value === first.current) {
      setVerdict(undefined);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask.current?.(value, abort.signal).then(
        (v) => !abort.signal.aborted && setVerdict(v),
        // Nobody answered: the server says it when the value is sent.
        () => undefined,
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [value, checks]);
  return verdict;
}

export function Field(props: FieldProps) {
  const { label, value, onInput, hint, error, type = "text", multiline, after } = props;
  const id = useId();
  const verdict = useVerdict(value, props.check);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const focus = props.autoFocus;
  useEffect(() => {
    if (focus) {
      input.current?.focus();
    }
  }, [focus]);
  const wrong = error ?? (verdict && !verdict.ok ? verdict.message : undefined);
  const bad = wrong !== undefined;
  const shared = {
    id,
    ref: input,
    value,
    placeholder: props.placeholder,
    maxLength: props.maxLength,
    disabled: props.disabled,
    spellcheck: false,
    autocomplete: props.autocomplete ?? "off",
    class: props.mono ? "input mono" : "input",
    "aria-invalid": bad || undefined,
    "aria-describedby": `${id}-hint ${id}-verdict`,
    onInput: (e: Event) => onInput((e.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-line">
        {multiline ? <textarea rows={3} {...shared} /> : <input {...shared} {...({ type } as { type: "text" })} />}
        {after}
      </div>
      <p id={`${id}-verdict`} class={bad ? "verdict bad" : "verdict good"} aria-live="polite">
        {bad ? (
          <>
            <Icon name="alert" size={14} />
            <span>{wrong}</span>
          </>
        ) : (
          verdict?.message && (
            <>
              <Icon name="check" size={14} />
              <span>{verdict.message}</span>
            </>
          )
        )}
      </p>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}

/** A choice of a few, as a list that opens. */
export function Select({
  label,
  value,
  options,
  onChange,
  hint,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  /** While the promise is pending the choice is shown; a refusal takes it back and says why. */
  onChange: (value: string) => unknown;
  hint?: ComponentChildren;
}) {
  const id = useId();
  const [wanted, setWanted] = useState<string>();
  const change = async (next: string) => {
    setWanted(next);
    try {
      await onChange(next);
    } catch (thrown) {
      fail(problemOf(thrown));
    } finally {
      setWanted(undefined);
    }
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={wanted ?? value}
        aria-describedby={`${id}-hint`}
        onChange={(e) => void change(e.currentTarget.value)}
      >
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}

/** A choice of a few, all of them visible. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="hidden">{label}</legend>
      {options.map((o) => (
        <label key={o.value}>
          <input
            type="radio"
            name={name}
            value={o.value}
            checked={o.value === value}
            onChange={() => onChange(o.value)}
          />
          <span>{o.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
