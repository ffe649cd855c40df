import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import { problemOf, type Problem } from "../api/client";
import type { Checked } from "../api/types";
import { weekdayTime } from "../format";
import {
  brushIndex,
  formatWindows,
  MAX_WINDOWS,
  minuteOfWeek,
  paint,
  parseWindows,
  weekOf,
  windowsOf,
  type Brush,
  type Week,
} from "../schedule";
import { now } from "../store";
import { t } from "../strings";
import { BrushChoice, describeBrush } from "./brushes";
import { Button } from "./button";
import { Notice } from "./empty";
import { Field } from "./field";
import { PaintExactly } from "./paint-exactly";
import { WeekGrid, type Cell } from "./week-grid";

interface EditorProps {
  /** Whose schedule it is: the id of a community, or "" for the node. */
  of: string;
  /** The schedule as it is stored. */
  text: string;
  /** The zone of its times; local is that of the node. */
  zone: string;
  /** The limits that hold where the schedule says nothing. */
  usual: Brush;
  /** Alternative limits stand before it now. */
  overruled: boolean;
  check: (values: Record<string, string>, signal: AbortSignal) => Promise<Checked[]>;
  save: (text: string) => Promise<void>;
}

const dayMinutes = 24 * 60;

function cellAt(time: number, zone: string): Cell | undefined {
  const minute = minuteOfWeek(time, zone);
  return Number.isNaN(minute)
    ? undefined
    : { day: Math.floor(minute / dayMinutes), hour: Math.floor((minute % dayMinutes) / 60) };
}

function paintCells(week: Week, cells: Cell[], brush: number): Week {
  return cells.reduce((w, c) => paint(w, c.day, c.hour * 60, (c.hour + 1) * 60, brush), week);
}

/** What was drawn and not saved, by whose schedule it is; it waits for those who look at something else meanwhile. */
const drafts = signal<Record<string, Draft | undefined>>({});

interface Draft {
  /** The stored text that it was drawn over. */
  over: string;
  /** What was drawn when it was last saved; the stored text becomes that a moment later. */
  saved: string | undefined;
  week: Week;
}

/** The stored text, when it differs from what is drawn; else the drawing follows it. */
function useDrawing(of: string, text: string) {
  const stored = parseWindows(text);
  const draft = drafts.value[of];
  const put = (next: Draft | undefined) => (drafts.value = { ...drafts.value, [of]: next });
  const kept = formatWindows(windowsOf(weekOf(stored ?? [])));
  // What somebody else has stored meanwhile stands before what was drawn over something older.
  const current = draft && (draft.over === text || draft.saved === kept) ? draft : undefined;
  const week = current?.week ?? weekOf(stored ?? []);
  const drawn = formatWindows(windowsOf(week));
  return {
    understood: stored !== undefined,
    week,
    drawn,
    changed: current !== undefined && drawn !== kept,
    draw: (next: Week) => put({ over: text, saved: current?.saved, week: next }),
    saving: () => put({ over: text, saved: drawn, week }),
    discard: () => put(undefined),
  };
}

/** The schedule as text, for what the grid does not say and for copying. */
function AsText({ text, check, save }: Pick<EditorProps, "text" | "check" | "save">) {
  const s = t().schedule;
  const [typed, setTyped] = useState(text);
  const [problem, setProblem] = useState<Problem>();
  const submit = async () => {
    try {
      await save(typed);
      setProblem(undefined);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Field
        label={s.asText}
        value={typed}
        onInput={setTyped}
        multiline
        mono
        error={problem && (problem.fields.schedule ?? problem.message)}
        check={async (value, signal) => {
          const c = (await check({ schedule: value }, signal))[0];
          return c && { ok: c.ok, message: c.ok ? undefined : c.message };
        }}
      />
      <div class="row">
        <Button type="submit">{s.save}</Button>
      </div>
    </form>
  );
}

function Saving({
  tooMany,
  onSave,
  onDiscard,
}: {
  tooMany: boolean;
  onSave: () => Promise<void>;
  onDiscard: () => void;
}) {
  const s = t().schedule;
  const [problem, setProblem] = useState<Problem>();
  const submit = async () => {
    try {
      await onSave();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <div class="unsaved" role="status">
      <span class="grow">{problem?.message ?? (tooMany ? s.tooMany(MAX_WINDOWS) : s.unsaved)}</span>
      <Button small onClick={onDiscard}>
        {s.discard}
      </Button>
      <Button small kind="primary" disabled={tooMany} onClick={submit}>
        {s.save}
      </Button>
    </div>
  );
}

/** Limits at certain times of the week, painted in a grid or written as text. */
export function ScheduleEditor({ of, text, zone, usual, overruled, check, save }: EditorProps) {
  const s = t().schedule;
  const { understood, week, drawn, changed, draw, saving, discard } = useDrawing(of, text);
  const [brush, setBrush] = useState(week.brushes.length > 0 ? 0 : -1);
  const hint = useId();
  const put = (cells: Cell[]) => draw(paintCells(week, cells, brush));
  const add = (rates: Brush) => {
    const next = { brushes: [...week.brushes], minutes: week.minutes };
    setBrush(brushIndex(next, rates));
    draw(next);
  };
  return (
    <div class="stack">
      <p class="quiet">
        {s.intro} {zone === "local" ? s.zoneLocal : s.zone(`${zone} (${weekdayTime(now.value, zone)})`)}
      </p>
      {overruled && <Notice kind="warn">{s.stopped}</Notice>}
      {!understood && <Notice kind="warn">{s.notUnderstood}</Notice>}
      {understood && (
        <div class="schedule-parts">
          <div class="schedule-tools">
            <BrushChoice week={week} usual={usual} chosen={brush} onChoose={setBrush} onAdd={add} check={check} />
            <PaintExactly onPaint={(day, from, to) => (w) => paint(w, day, from, to, brush)} week={week} draw={draw} />
          </div>
          <div class="stack">
            {drawn === "none" && <p class="quiet">{s.nothing}</p>}
            <p class="hidden" id={hint}>
              {s.keys}
            </p>
            <WeekGrid
              week={week}
              now={cellAt(now.value, zone)}
              describe={(b) => describeBrush(week, b, usual)}
              onPaint={put}
            />
            <p class="small faint" aria-hidden="true">
              {s.keys}
            </p>
            {changed && (
              <Saving
                tooMany={windowsOf(week).length > MAX_WINDOWS}
                onSave={() => {
                  saving();
                  return save(drawn);
                }}
                onDiscard={discard}
              />
            )}
          </div>
        </div>
      )}
      <details open={!understood}>
        <summary>{s.asText}</summary>
        <AsText key={drawn} text={understood ? drawn : text} check={check} save={save} />
      </details>
    </div>
  );
}
