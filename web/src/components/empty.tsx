import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";
import { t } from "../strings";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

/** Stands where there is nothing yet, and says what to do. */
export function Empty({
  icon,
  title,
  children,
  actions,
}: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={22} />
      </span>
      <h2>{title}</h2>
      {children && <div class="empty-text">{children}</div>}
      {actions && <div class="row">{actions}</div>}
    </div>
  );
}

/** Stands where something is being read, and says what. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="loading" role="status">
      <span class="loading-bar" aria-hidden="true" />
      {what}
    </p>
  );
}

/** Stands where something could not be read or, with a title that says so, done. */
export function Trouble({ problem, title, onRetry }: { problem: Problem; title?: string; onRetry?: () => void }) {
  const s = t();
  const away = problem.code === "unreachable";
  const hint = away ? s.trouble.unreachableHint : problem.hint;
  return (
    <div class="notice bad" role="alert">
      <Icon name="alert" />
      <div class="grow">
        <p class="strong">{away ? s.trouble.unreachable : (title ?? s.trouble.title)}</p>
        {!away && <p>{problem.message}</p>}
        {hint && <p class="small quiet">{hint}</p>}
      </div>
      {onRetry && (
        <Button small onClick={onRetry}>
          {s.common.retry}
        </Button>
      )}
    </div>
  );
}

/** A remark beside what it is about. */
export function Notice({
  kind = "plain",
  icon = "about",
  children,
}: {
  kind?: "plain" | "good" | "warn" | "bad";
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <div class={`notice ${kind}`}>
      <Icon name={icon} />
      <div class="grow">{children}</div>
    </div>
  );
}
