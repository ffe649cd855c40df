import { useId, useState } from "preact/hooks";
import { problemOf } from "../api/client";
import { fail } from "./toast";

interface SwitchProps {
  label: string;
  /** Says more, for those who do not see what the switch stands beside. */
  about?: string;
  checked: boolean;
  disabled?: boolean;
  /** While the promise is pending the switch shows the new value; a refusal takes it back and says why. */
  onChange: (checked: boolean) => unknown;
}

export function Switch({ label, about, checked, disabled, onChange }: SwitchProps) {
  const id = useId();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const shown = wanted ?? checked;
  const change = async () => {
    if (wanted !== null) {
      return;
    }
    const next = !shown;
    setWanted(next);
    try {
      await onChange(next);
    } catch (thrown) {
      fail(problemOf(thrown));
    } finally {
      setWanted(null);
    }
  };
  return (
    <span class="switch-row">
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={shown}
        aria-labelledby={id}
        aria-busy={wanted !== null || undefined}
        disabled={disabled}
        onClick={() => void change()}
      >
        <span class="knob" />
      </button>
      <span class="switch-label" id={id} onClick={() => !disabled && void change()}>
        {label}
        {about && <span class="hidden">{" " + about}</span>}
      </span>
    </span>
  );
}
