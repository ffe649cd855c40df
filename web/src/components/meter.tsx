import { percent } from "../format";

/** How much of something is taken: parts from the left, and marks. Widths are set through the CSSOM, which the content policy allows. */
export interface MeterPart {
  value: number;
  kind: "used" | "reserved" | "next" | "over";
}

export function Meter({
  label,
  text,
  parts,
  max,
}: {
  label: string;
  /** The value in words, for those who hear it. */
  text: string;
  parts: MeterPart[];
  max: number;
}) {
  const total = parts.reduce((sum, p) => sum + p.value, 0);
  const full = Math.max(max, 1);
  return (
    <div
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={full}
      aria-valuenow={Math.min(total, full)}
      aria-valuetext={text}
    >
      {parts.map((p) => (
        <span
          key={p.kind}
          class={`meter-part ${p.kind}`}
          style={{ width: `${Math.min(100, (p.value / full) * 100)}%` }}
        />
      ))}
    </div>
  );
}

/** How far something is; without a total it only says that it goes on. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const share = total > 0 ? Math.min(1, done / total) : undefined;
  return (
    <div
      class={share === undefined ? "progress open" : "progress"}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      aria-valuetext={share === undefined ? undefined : percent(share)}
    >
      <span style={{ width: `${(share ?? 0.3) * 100}%` }} />
    </div>
  );
}
