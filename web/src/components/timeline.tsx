import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { days, month, number, year } from "../format";
import { useWidth } from "../hooks";
import { WEEK, type Week } from "../model";
import { t } from "../strings";

/** Weeks that somebody chose, by their places in the list; both ends belong to it. */
export interface Selection {
  anchor: number;
  end: number;
}

export const firstOf = (s: Selection) => Math.min(s.anchor, s.end);
export const lastOf = (s: Selection) => Math.max(s.anchor, s.end);

interface Row {
  label: string;
  /** Places of weeks in the list, by column; -1 where there is none. */
  cells: number[];
}

/** Below this width a row is half a year, so that a week can still be hit. */
const NARROW = 620;

const yearOf = (seconds: number) => new Date(seconds * 1000).getUTCFullYear();

/** Weeks of a row of half a year. */
const HALF = 27;

/** Lays weeks out in rows of years, or of half years. A second half without a first has that above it, for its year. */
export function rowsOf(weeks: Week[], halves: boolean): Row[] {
  const columns = halves ? HALF : 53;
  const rows = new Map<number, Row[]>();
  weeks.forEach((week, place) => {
    const y = yearOf(week.from);
    const column = Math.floor((week.from - Date.UTC(y, 0, 1) / 1000) / WEEK);
    const ofYear = rows.get(y) ?? [];
    rows.set(y, ofYear);
    const add = (label: string) => ofYear.push({ label, cells: new Array<number>(columns).fill(-1) });
    if (ofYear.length === 0) {
      add(year(week.from));
    }
    if (column >= columns && ofYear.length === 1) {
      add(month(Date.UTC(y, 6, 15) / 1000));
    }
    const row = ofYear[Math.floor(column / columns)];
    if (row) {
      row.cells[column % columns] = place;
    }
  });
  return [...rows.values()].flat();
}

function describe(week: Week, owner: boolean): string {
  const s = t();
  const state = owner && week.condition === "imported" ? s.condition.archived : s.condition[week.condition];
  const more = [
    week.amended ? s.condition.amended : "",
    week.pinned ? s.condition.pinned : "",
    week.messages > 0 ? s.community.messages(number(week.messages)) : "",
  ].filter((x) => x !== "");
  return [days(week.from, week.to), state, ...more].join(", ");
}

function Months({ halves }: { halves: boolean }) {
  if (halves) {
    return null;
  }
  return (
    <div class="timeline-months" aria-hidden="true">
      <span class="timeline-label" />
      <div>
        {Array.from({ length: 12 }, (_, m) => (
          <span key={m}>{month(Date.UTC(2023, m, 15) / 1000)}</span>
        ))}
      </div>
    </div>
  );
}

/** Whether an arrow goes by a row or by a week; undefined for other keys. */
function stepOf(key: string, columns: number): number | undefined {
  return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
}

/** A history by weeks: a row a year, a cell a week. Arrows move, Shift widens, as in a grid. */
export function Timeline({
  weeks,
  owner,
  shown,
  selection,
  onShow,
  onSelect,
}: {
  weeks: Week[];
  owner: boolean;
  /** The place whose facts are shown. */
  shown: number;
  selection: Selection | undefined;
  onShow: (place: number | undefined) => void;
  onSelect: (selection: Selection) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const focused = useSignal(false);
  const halves = width.value > 0 && width.value < NARROW;
  const rows = rowsOf(weeks, halves);
  const columns = halves ? HALF : 53;
  const at = selection?.end ?? weeks.length - 1;

  useEffect(() => {
    if (focused.value) {
      box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  }, [at, focused]);

  const keys = (e: KeyboardEvent) => {
    const step = stepOf(e.key, columns);
    const target = step === undefined ? { Home: 0, End: weeks.length - 1 }[e.key] : at + step;
    if (target === undefined || target < 0 || target >= weeks.length) {
      return;
    }
    e.preventDefault();
    onShow(undefined);
    onSelect({ anchor: e.shiftKey ? (selection?.anchor ?? at) : target, end: target });
  };
  const chosen = (place: number) =>
    selection !== undefined && place >= firstOf(selection) && place <= lastOf(selection);

  return (
    <div class="timeline" ref={box}>
      <Months halves={halves} />
      <div
        role="grid"
        aria-label={t().community.weekGrid}
        aria-multiselectable="true"
        class="timeline-grid"
        onKeyDown={keys}
        onFocusCapture={() => (focused.value = true)}
        onBlurCapture={() => (focused.value = false)}
        onPointerLeave={() => onShow(undefined)}
      >
        {rows.map((row, n) => (
          <div role="row" class="timeline-row" key={n}>
            <span role="rowheader" class="timeline-label">
              {row.label}
            </span>
            <div class="timeline-cells" role="presentation">
              {row.cells.map((place, column) => {
                const week = weeks[place];
                if (!week) {
                  return <span key={column} class="cell-none" role="presentation" />;
                }
                return (
                  <span
                    key={column}
                    role="gridcell"
                    tabIndex={place === at ? 0 : -1}
                    aria-selected={chosen(place)}
                    aria-label={describe(week, owner)}
                    class={[
                      "cell",
                      `c-${week.condition}`,
                      week.amended ? "amended" : "",
                      week.pinned ? "pinned" : "",
                      place === shown ? "shown" : "",
                    ].join(" ")}
                    onPointerEnter={() => onShow(place)}
                    onClick={(e) => {
                      onSelect({ anchor: e.shiftKey ? (selection?.anchor ?? place) : place, end: place });
                      e.currentTarget.focus();
                    }}
                  />
                );
              })}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
