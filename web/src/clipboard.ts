/** Puts text on the clipboard, and reports whether it is there. */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure context there is the old way alone, and outside of an open dialog nothing can be chosen.
    const area = document.createElement("textarea");
    const before = document.activeElement;
    area.value = text;
    (before?.closest("dialog") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) {
      before.focus();
    }
    return done;
  }
}
