import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { follow } from "../asked";
import { api, problemOf } from "../api/client";
import type { Details, History } from "../api/types";
import { Button } from "../components/button";
import { Legend, Swatch } from "../components/coverage";
import { Empty, Notice } from "../components/empty";
import { Facts, Section } from "../components/page";
import { firstOf, lastOf, Timeline, type Selection } from "../components/timeline";
import { fail, tell } from "../components/toast";
import { bytes, days, number } from "../format";
import { conditionOf, conditions, pinsOf, weeksOf, type Condition, type Week } from "../model";
import { readAll } from "../store";
import { t } from "../strings";

function Empties({ owner }: { owner: boolean }) {
  const s = t().community;
  return (
    <Empty icon="communities" title={s.historyEmptyTitle}>
      {owner ? s.historyEmptyOwner : s.historyEmpty}
    </Empty>
  );
}

/** The conditions of some weeks, each with how many archives are in it. */
function States({ weeks, owner }: { weeks: Week[]; owner: boolean }) {
  const words = t().condition;
  const counts = new Map<Condition, number>();
  for (const w of weeks) {
    for (const a of w.archives) {
      counts.set(conditionOf(a), (counts.get(conditionOf(a)) ?? 0) + 1);
    }
  }
  const found = conditions.filter((c) => counts.has(c) || weeks.some((w) => w.condition === c));
  const word = (c: Condition) => (owner && c === "imported" ? words.archived : words[c]);
  const several = [...counts.values()].reduce((a, b) => a + b, 0) > 1;
  return (
    <span class="states">
      {found.length === 0 && <span>{words.none}</span>}
      {found.map((c) => (
        <span class="with-swatch" key={c}>
          <Swatch of={c} />
          <span>{several && counts.has(c) ? `${number(counts.get(c) ?? 0)} ${word(c)}` : word(c)}</span>
        </span>
      ))}
    </span>
  );
}

function copiesOf(weeks: Week[]): string {
  const s = t().community;
  const known = weeks.flatMap((w) => w.archives).flatMap((a) => (typeof a.copies === "number" ? [a.copies] : []));
  if (known.length === 0) {
    return s.copiesUnknown;
  }
  return known.length === 1 ? number(known[0] ?? 0) : s.copiesLeast(Math.min(...known));
}

const sum = (weeks: Week[], of: (w: Week) => number) => weeks.reduce((n, w) => n + of(w), 0);

/** What is known of some weeks. */
function WeekFacts({ weeks, owner }: { weeks: Week[]; owner: boolean }) {
  const s = t().community;
  const archives = weeks.flatMap((w) => w.archives);
  const amendments = sum(weeks, (w) => (w.amended ? Math.max(1, w.archives.length - 1) : 0));
  const pending = sum(weeks, (w) => w.pending);
  const late = sum(weeks, (w) => w.late);
  const lacking = sum(weeks, (w) => w.lacking);
  const notes = [
    pending > 0 ? s.pendingCount(number(pending)) : "",
    late > 0 ? s.late(number(late)) : "",
    lacking > 0 ? s.lacking(number(lacking)) : "",
  ].filter((x) => x !== "");
  const reason = archives.map((a) => a.reason).find((r) => r);
  return (
    <Facts
      items={[
        { name: s.state, value: <States weeks={weeks} owner={owner} />, note: reason },
        {
          name: s.messagesName,
          value: number(sum(weeks, (w) => w.messages) + (archives.length === 0 ? pending : 0)),
          note: notes.join(", "),
        },
        { name: s.size, value: bytes(sum(weeks, (w) => w.bytes)) },
        {
          name: s.archivesName,
          value: number(archives.length),
          note: amendments > 0 ? s.amendments(amendments) : undefined,
        },
        { name: s.copiesName, value: copiesOf(weeks) },
      ]}
    />
  );
}

/** Conditions in which there is something to fetch. */
const absent = new Set<Week["condition"]>(["missing", "beyond", "evicted", "quarantined"]);

/** Why there is nothing to fetch in weeks; undefined when there is. */
function whyNot(weeks: Week[]): string | undefined {
  const s = t().community;
  if (weeks.some((w) => absent.has(w.condition))) {
    return undefined;
  }
  if (weeks.some((w) => w.condition === "downloading")) {
    return s.fetchUnderWay;
  }
  return weeks.some((w) => w.archives.length > 0) ? s.fetchAllHere : s.fetchNothing;
}

/** What can be done with the weeks that somebody chose. */
function WeekActions({ id, weeks, role }: { id: string; weeks: Week[]; role: string }) {
  const s = t().community;
  const span = { from: weeks[0]?.from ?? 0, to: weeks.at(-1)?.to ?? 0 };
  const run = (act: () => Promise<void>) => async () => {
    try {
      await act();
      await readAll();
    } catch (thrown) {
      fail(problemOf(thrown));
    }
  };
  const pinned = weeks.some((w) => w.pinned);
  return (
    <div class="row">
      {role === "member" && (
        <Button
          icon="down"
          small
          unavailable={whyNot(weeks)}
          onClick={run(async () => void follow(await api.fetch(id, span)))}
        >
          {s.fetchWeek}
        </Button>
      )}
      {pinned ? (
        <Button icon="pin" small onClick={run(() => api.unpin(id, span).then(() => tell(s.unpinned)))}>
          {s.unpin}
        </Button>
      ) : (
        <Button icon="pin" small onClick={run(() => api.pin(id, span).then(() => tell(s.pinned)))}>
          {s.pin}
        </Button>
      )}
    </div>
  );
}

/** The history of a community, week by week. */
export function HistorySection({ details, history }: { details: Details; history: History }) {
  const s = t().community;
  const owner = details.role === "owner";
  const pins = useMemo(() => pinsOf(details.limits), [details]);
  const weeks = useMemo(() => weeksOf(history, details.archive_list, pins), [history, details, pins]);
  const hovered = useSignal<number | undefined>(undefined);
  const selection = useSignal<Selection | undefined>(undefined);
  if (weeks.length === 0) {
    return (
      <Section title={s.history}>
        <Empties owner={owner} />
      </Section>
    );
  }
  const last = weeks.length - 1;
  const chosen = selection.value ?? { anchor: last, end: last };
  const of = hovered.value === undefined ? chosen : { anchor: hovered.value, end: hovered.value };
  const shown = weeks.slice(firstOf(of), lastOf(of) + 1);
  const first = shown[0];
  if (!first) {
    return null;
  }
  const move = (step: number) => {
    const end = Math.min(last, Math.max(0, chosen.end + step));
    selection.value = { anchor: end, end };
  };
  return (
    <Section title={s.history} aside={<Legend weeks={weeks} owner={owner} />} class="history">
      {!history.indexed && !owner && <Notice>{s.notIndexed}</Notice>}
      <Timeline
        weeks={weeks}
        owner={owner}
        shown={hovered.value ?? -1}
        selection={selection.value}
        onShow={(place) => (hovered.value = place)}
        onSelect={(next) => (selection.value = next)}
      />
      <div class="week">
        <div class="week-head">
          <div class="row">
            <Button
              icon="left"
              kind="quiet"
              small
              label={s.previous}
              disabled={chosen.end === 0}
              onClick={() => move(-1)}
            />
            <h3>
              {days(first.from, shown.at(-1)?.to ?? first.to)}
              {shown.length > 1 && <span class="faint">{` · ${s.weeks(shown.length)}`}</span>}
            </h3>
            <Button
              icon="right"
              kind="quiet"
              small
              label={s.next}
              disabled={chosen.end === last}
              onClick={() => move(1)}
            />
          </div>
          <WeekActions id={details.id} role={details.role} weeks={weeks.slice(firstOf(chosen), lastOf(chosen) + 1)} />
        </div>
        <WeekFacts weeks={shown} owner={owner} />
      </div>
      <p class="hint">{s.historyHint}</p>
    </Section>
  );
}
