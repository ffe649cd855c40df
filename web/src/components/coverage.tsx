import { conditions, stretches, tally, type Condition, type Week } from "../model";
import { number } from "../format";
import { t } from "../strings";

/** A patch in the colour and pattern of a condition. */
export function Swatch({ of }: { of: Condition | "amended" | "pinned" | "none" }) {
  return <span class={`swatch c-${of}`} aria-hidden="true" />;
}

/** What is here of a history and what is not, in words. */
export function coverageText(weeks: Week[], owner: boolean): string {
  const words = t().condition;
  const counts = tally(weeks);
  const text = [...conditions]
    .reverse()
    .filter((c) => counts[c] > 0)
    .map((c) => `${number(counts[c])} ${owner && c === "imported" ? words.archived : words[c]}`)
    .join(", ");
  return text || t().communities.coverageNone;
}

/** Stretches that a bar shows at most. */
const MOST = 110;

/** A history as a bar, oldest to the left; each part has colour and pattern. */
export function CoverageBar({ weeks, owner }: { weeks: Week[]; owner: boolean }) {
  return (
    <div class="coverage" role="img" aria-label={coverageText(weeks, owner)}>
      {stretches(weeks, MOST).map((s, i) => (
        <span key={i} class={`coverage-part c-${s.condition}`} style={{ flexGrow: s.weeks }} />
      ))}
    </div>
  );
}

/** Conditions that occur, with their numbers. */
export function Legend({ weeks, owner }: { weeks: Week[]; owner: boolean }) {
  const words = t().condition;
  const counts = tally(weeks);
  const pinned = weeks.filter((w) => w.pinned).length;
  const shown = [...conditions].reverse().filter((c) => counts[c] > 0);
  return (
    <ul class="legend">
      {shown.map((c) => (
        <li key={c}>
          <Swatch of={c} />
          <span>
            {owner && c === "imported" ? words.archived : words[c]} <b>{number(counts[c])}</b>
          </span>
        </li>
      ))}
      {counts.amended > 0 && (
        <li>
          <Swatch of="amended" />
          <span>
            {words.amended} <b>{number(counts.amended)}</b>
          </span>
        </li>
      )}
      {pinned > 0 && (
        <li>
          <Swatch of="pinned" />
          <span>
            {words.pinned} <b>{number(pinned)}</b>
          </span>
        </li>
      )}
    </ul>
  );
}
