import { useEffect, useRef, useState } from "preact/hooks";
import { brushOfHour, type Week } from "../schedule";
import { t } from "../strings";

/** A cell of the grid: a day, from Monday on, and an hour. */
export interface Cell {
  day: number;
  hour: number;
}

const hours = Array.from({ length: 24 }, (_, h) => h);
const weekdays = Array.from({ length: 7 }, (_, d) => d);
const hourText = (hour: number) => String(hour).padStart(2, "0") + ":00";

/** The letter by which a brush is known, beside its colour. */
export const letterOf = (brush: number): string => String.fromCharCode(65 + (brush % 26));
/** Colours repeat after so many brushes; letters tell them apart. */
export const COLOURS = 6;

interface GridProps {
  week: Week;
  /** The hour that it is now, in the zone of the node. */
  now: Cell | undefined;
  /** A brush in words; -1 for the usual limits. */
  describe: (brush: number) => string;
  /** Paints cells with the brush that was chosen. */
  onPaint: (cells: Cell[]) => void;
}

/** The cells of the rectangle between two. */
function between(a: Cell, b: Cell): Cell[] {
  const out: Cell[] = [];
  for (let day = Math.min(a.day, b.day); day <= Math.max(a.day, b.day); day++) {
    for (let hour = Math.min(a.hour, b.hour); hour <= Math.max(a.hour, b.hour); hour++) {
      out.push({ day, hour });
    }
  }
  return out;
}

const clamp = (n: number, most: number) => Math.max(0, Math.min(most, n));

/** Where a key leads to from a cell; undefined for other keys. */
function moved(cell: Cell, key: string): Cell | undefined {
  const { day, hour } = cell;
  const steps: Record<string, Cell> = {
    ArrowLeft: { day: clamp(day - 1, 6), hour },
    ArrowRight: { day: clamp(day + 1, 6), hour },
    ArrowUp: { day, hour: clamp(hour - 1, 23) },
    ArrowDown: { day, hour: clamp(hour + 1, 23) },
    Home: { day: 0, hour },
    End: { day: 6, hour },
    PageUp: { day, hour: clamp(hour - 6, 23) },
    PageDown: { day, hour: clamp(hour + 6, 23) },
  };
  return steps[key];
}

interface Selection {
  anchor: Cell;
  cursor: Cell;
}

/** Keys, pointer and focus of the grid (ARIA practices, grid). */
function useSelection(onPaint: GridProps["onPaint"]) {
  const [{ anchor, cursor }, setSelection] = useState<Selection>({
    anchor: { day: 0, hour: 8 },
    cursor: { day: 0, hour: 8 },
  });
  const [dragging, setDragging] = useState(false);
  const table = useRef<HTMLTableElement>(null);
  const latest = useRef({ anchor, cursor, onPaint });
  latest.current = { anchor, cursor, onPaint };
  useEffect(() => {
    if (!dragging) {
      return;
    }
    const drop = () => {
      const { anchor: from, cursor: to, onPaint: paint } = latest.current;
      setDragging(false);
      setSelection({ anchor: to, cursor: to });
      paint(between(from, to));
    };
    window.addEventListener("pointerup", drop);
    return () => window.removeEventListener("pointerup", drop);
  }, [dragging]);
  const onKeyDown = (e: KeyboardEvent) => {
    if (!(e.target instanceof HTMLElement && e.target.dataset.cell)) {
      return; // the names of days and hours are buttons of their own
    }
    const to = moved(cursor, e.key);
    if (to) {
      e.preventDefault();
      setSelection({ anchor: e.shiftKey ? anchor : to, cursor: to });
      table.current?.querySelector<HTMLElement>(`[data-cell="${to.day}-${to.hour}"]`)?.focus();
    } else if (e.key === " " || e.key === "Enter") {
      e.preventDefault();
      onPaint(between(anchor, cursor));
      setSelection({ anchor: cursor, cursor });
    }
  };
  // A mouse draws a rectangle; a finger taps single hours, and scrolls otherwise.
  const onPointerDown = (cell: Cell) => (e: PointerEvent) => {
    if (e.pointerType !== "touch" && e.button === 0) {
      setSelection({ anchor: cell, cursor: cell });
      setDragging(true);
    }
  };
  const onPointerEnter = (cell: Cell) => () => dragging && setSelection({ anchor, cursor: cell });
  const onClick = (cell: Cell) => (e: MouseEvent) => {
    if ((e as PointerEvent).pointerType === "touch" || e.detail === 0) {
      setSelection({ anchor: cell, cursor: cell });
      onPaint([cell]);
    }
  };
  const selected = new Set(between(anchor, cursor).map((c) => `${c.day}-${c.hour}`));
  return { table, cursor, selected, onKeyDown, onPointerDown, onPointerEnter, onClick };
}

function classOf(brush: number | undefined, isNow: boolean, isSelected: boolean): string {
  const kind = brush === undefined ? "mixed" : brush < 0 ? "usual" : `brush-${brush % COLOURS}`;
  return `hour ${kind}${isNow ? " is-now" : ""}${isSelected ? " is-selected" : ""}`;
}

function DayHeads({ onPaint }: { onPaint: GridProps["onPaint"] }) {
  const s = t().schedule;
  return (
    <thead>
      <tr>
        <td class="corner" />
        {weekdays.map((day) => (
          <th key={day} scope="col">
            <button
              type="button"
              class="grid-head"
              aria-label={`${s.daysShort[day]}: ${s.paintDay(s.days[day] ?? "")}`}
              onClick={() => onPaint(hours.map((hour) => ({ day, hour })))}
            >
              {s.daysShort[day]}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The week as a grid that is painted: days beside each other, hours below each other. */
export function WeekGrid({ week, now, describe, onPaint }: GridProps) {
  const s = t().schedule;
  const { table, cursor, selected, onKeyDown, onPointerDown, onPointerEnter, onClick } = useSelection(onPaint);
  const name = (cell: Cell, brush: number | undefined, isNow: boolean) =>
    s.cell(
      s.days[cell.day] ?? "",
      hourText(cell.hour),
      hourText(cell.hour + 1),
      (brush === undefined ? s.mixed : describe(brush)) + (isNow ? `, ${s.isNow}` : ""),
    );
  return (
    <table
      ref={table}
      class="week-grid"
      role="grid"
      aria-label={s.grid}
      aria-multiselectable="true"
      onKeyDown={onKeyDown}
    >
      <DayHeads onPaint={onPaint} />
      <tbody>
        {hours.map((hour) => (
          <tr key={hour}>
            <th scope="row">
              <button
                type="button"
                class="grid-head"
                aria-label={s.paintHour(hourText(hour))}
                onClick={() => onPaint(weekdays.map((day) => ({ day, hour })))}
              >
                {hourText(hour)}
              </button>
            </th>
            {weekdays.map((day) => {
              const cell = { day, hour };
              const brush = brushOfHour(week, day, hour);
              const isNow = now?.day === day && now.hour === hour;
              const isSelected = selected.has(`${day}-${hour}`);
              return (
                <td
                  key={day}
                  role="gridcell"
                  data-cell={`${day}-${hour}`}
                  class={classOf(brush, isNow, isSelected)}
                  tabIndex={cursor.day === day && cursor.hour === hour ? 0 : -1}
                  aria-selected={isSelected}
                  aria-label={name(cell, brush, isNow)}
                  onPointerDown={onPointerDown(cell)}
                  onPointerEnter={onPointerEnter(cell)}
                  onClick={onClick(cell)}
                >
                  <span aria-hidden="true">{brush === undefined ? "/" : brush < 0 ? "" : letterOf(brush)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
