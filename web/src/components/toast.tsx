import { signal } from "@preact/signals";
import type { Problem } from "../api/client";
import { t } from "../strings";
import { Button } from "./button";
import { Icon } from "./icon";

interface Toast {
  id: number;
  kind: "good" | "bad";
  text: string;
  hint?: string | undefined;
  /** What it is about: the next about the same takes its place. */
  about?: string | undefined;
}

const toasts = signal<Toast[]>([]);
let last = 0;

/** Milliseconds that good news stay; bad ones stay until dismissed. */
const STAY = 5000;

function add(toast: Omit<Toast, "id">): void {
  const id = ++last;
  toasts.value = [
    ...toasts.value.filter((x) => x.text !== toast.text && (!x.about || x.about !== toast.about)),
    { ...toast, id },
  ].slice(-4);
  if (toast.kind === "good") {
    setTimeout(() => dismiss(id), STAY);
  }
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((x) => x.id !== id);
}

/** Says that something was done. */
export function tell(text: string, about?: string): void {
  add({ kind: "good", text, about });
}

/** Says that what was begun has failed, and why. */
export function tellFailure(text: string, hint: string, about: string): void {
  add({ kind: "bad", text, hint, about });
}

/** Says what went wrong and what to do about it. */
export function fail(problem: Problem): void {
  const s = t().trouble;
  if (problem.code === "unreachable") {
    add({ kind: "bad", text: s.unreachable, hint: s.unreachableHint });
    return;
  }
  const fields = Object.values(problem.fields).filter((m) => !problem.message.includes(m));
  add({ kind: "bad", text: [problem.message, ...fields].join("; "), hint: problem.hint });
}

export function Toasts() {
  return (
    <div class="toasts" role="region" aria-live="polite" aria-label={t().trouble.news}>
      {toasts.value.map((x) => (
        <div key={x.id} class={`toast ${x.kind}`} role={x.kind === "bad" ? "alert" : undefined}>
          <Icon name={x.kind === "bad" ? "alert" : "check"} />
          <div class="grow">
            <p>{x.text}</p>
            {x.hint && <p class="small quiet">{x.hint}</p>}
          </div>
          <Button icon="close" kind="quiet" small label={t().common.dismiss} onClick={() => dismiss(x.id)} />
        </div>
      ))}
    </div>
  );
}
