/** Milliseconds until a file is saved for certain. */
const LATER = 60_000;

/** Lets the browser save something as a file. */
export function download(what: Blob, name: string): void {
  const url = URL.createObjectURL(what);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not every browser has begun to read it yet.
  setTimeout(() => URL.revokeObjectURL(url), LATER);
}
