import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

/** A state in a word or two, with a symbol. */
export function Badge({
  tone = "plain",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <span class={`badge ${tone}`}>
      {icon && <Icon name={icon} size={13} />}
      <span>{children}</span>
    </span>
  );
}
