import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import { toClipboard } from "../clipboard";
import { t } from "../strings";
import { Button } from "./button";
import { fail } from "./toast";

/** A button that puts text on the clipboard. */
export function Copy({ text, label, shown }: { text: string; label?: string; shown?: boolean }) {
  const [done, setDone] = useState(false);
  const s = t().common;
  const copy = async () => {
    if (!(await toClipboard(text))) {
      fail(new Problem(0, "refused", s.notCopied));
      return;
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
