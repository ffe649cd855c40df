import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../strings";
import { Button } from "./button";

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the end, the main one last. */
  actions?: ComponentChildren;
  wide?: boolean;
}

/** A modal dialog. The element of the browser keeps the focus inside, and it goes back afterwards. */
export function Dialog({ title, open, onClose, children, actions, wide }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const gone = useRef(false);
  // Text that is marked with the pointer may end outside; only what begins there closes.
  const outside = useRef(false);
  useEffect(() => {
    const dialog = ref.current;
    if (!open || !dialog) {
      return undefined;
    }
    gone.current = false;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      gone.current = true;
      dialog.close();
      // The browser gives the focus back only while the element is there.
      if (document.activeElement === document.body && before instanceof HTMLElement) {
        before.focus();
      }
    };
  }, [open]);
  if (!open) {
    return null;
  }
  return (
    <dialog
      ref={ref}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onClose={() => !gone.current && onClose()}
      onCancel={onClose}
      onPointerDown={(e) => (outside.current = e.target === ref.current)}
      onClick={(e) => outside.current && e.target === ref.current && onClose()}
    >
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button icon="close" kind="quiet" label={t().common.close} onClick={onClose} />
        </header>
        <div class="dialog-body">{children}</div>
        {actions && <footer class="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
