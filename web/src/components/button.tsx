import type { ComponentChildren, Ref } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";

interface ButtonProps {
  children?: ComponentChildren;
  icon?: IconName | undefined;
  kind?: "plain" | "primary" | "danger" | "quiet";
  small?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
  /** Why it cannot be used now, which is said to whoever comes to it; undefined when it can. */
  unavailable?: string | undefined;
  /** Needed where the button shows a symbol only. */
  label?: string | undefined;
  /** A button that waits for a promise says that it is busy, and takes no second click. */
  onClick?: ((event: MouseEvent) => unknown) | undefined;
  innerRef?: Ref<HTMLButtonElement>;
  "aria-expanded"?: boolean;
  "aria-haspopup"?: "menu" | "dialog";
  "aria-controls"?: string;
  "aria-pressed"?: boolean;
  "aria-describedby"?: string | undefined;
}

export function Button({
  children,
  icon,
  kind = "plain",
  small,
  type = "button",
  disabled,
  unavailable,
  label,
  onClick,
  innerRef,
  ...aria
}: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const click = (event: MouseEvent) => {
    if (busy || unavailable !== undefined) {
      event.preventDefault();
      return;
    }
    const done = onClick?.(event);
    if (done instanceof Promise) {
      setBusy(true);
      void done.finally(() => setBusy(false)).catch(() => undefined);
    }
  };
  const only = children === undefined;
  return (
    <button
      ref={innerRef ?? null}
      type={type}
      class={`button ${kind}${small ? " small-button" : ""}${only ? " only-icon" : ""}`}
      disabled={disabled}
      aria-busy={busy || undefined}
      aria-label={label}
      aria-disabled={unavailable !== undefined || undefined}
      aria-description={unavailable}
      title={unavailable ?? (only ? label : undefined)}
      onClick={click}
      {...aria}
    >
      {icon && <Icon name={icon} />}
      {!only && <span>{children}</span>}
    </button>
  );
}

/** A link that looks like a button, for what leads to another view. */
export function ButtonLink({
  href,
  icon,
  kind = "plain",
  children,
}: {
  href: string;
  icon?: IconName;
  kind?: "plain" | "primary" | "quiet";
  children: ComponentChildren;
}) {
  return (
    <a class={`button ${kind}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}
