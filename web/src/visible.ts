/**
 * Text of others, so that it does no more than being shown: what neither shows something
 * nor joins what does (control characters, changes of the direction of text) becomes an
 * escape. The commands write the same (package terminal of the server).
 */

const harmful = /[^\p{L}\p{M}\p{N}\p{P}\p{S} \u200c\u200d]/gu;

const short: Record<string, string> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function escape(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  const hex = (digits: number) => code.toString(16).padStart(digits, "0");
  if (code < 0x20 || code === 0x7f) {
    return short[c] ?? "\\x" + hex(2);
  }
  return code > 0xffff ? "\\U" + hex(8) : "\\u" + hex(4);
}

/** Text with escapes in place of what does more than being shown. Lines and columns may be kept: HTML shows them as spaces. */
export function visible(text: string, keep = ""): string {
  return text.replace(harmful, (c) => (keep.includes(c) ? c : escape(c)));
}

/** Reads JSON of the node, all text of which may be of others. */
export function parseVisible(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === "string" ? visible(value, "\n\t") : value));
}

/** Letters that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name to be put into a sentence, in which it moves nothing but itself, however it is written. */
export function isolated(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}
