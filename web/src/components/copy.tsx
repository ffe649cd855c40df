import { useState } from "preact/hooks";
import { t } from "../strings";
import { Button } from "./button";

/** A button that puts text on the clipboard. */
export function Copy({ text, label, shown }: { text: string; label?: string; shown?: boolean }) {
  const [done, setDone] = useState(false);
  const s = t().common;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context there is no clipboard but the old way.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  const name = done ? s.copied : (label ?? s.copy);
  return shown ? (
    <Button icon={done ? "check" : "copy"} small onClick={copy}>
      {name}
    </Button>
  ) : (
    <Button icon={done ? "check" : "copy"} kind="quiet" small label={name} onClick={copy} />
  );
}
