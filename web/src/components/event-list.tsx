import { useState } from "preact/hooks";
import { api, Problem, problemOf } from "../api/client";
import type { ActivityEvent } from "../api/types";
import { date, shortIds, time } from "../format";
import { hrefOf } from "../router";
import { communities, communityName, EVENT_PAGE, events, eventsRead, nameOf, now, readEvents } from "../store";
import { t } from "../strings";
import { Button } from "./button";
import { Empty, Loading, Trouble } from "./empty";
import { Select } from "./field";
import { Icon, type IconName } from "./icon";
import { Section } from "./page";

const NODE = "node";

const icons: Record<string, IconName> = {
  community: "communities",
  archive: "disk",
  announcement: "peers",
  operation: "work",
  work: "alert",
  setting: "settings",
  fork: "shield",
};

interface Older {
  /** The event of the store that they come after; "" for none. */
  after: string;
  list: ActivityEvent[];
  /** There are no more. */
  ended: boolean;
}

const none: Older = { after: "", list: [], ended: false };

/** Events that were before those of the store, read when somebody asks for them. */
function useOlder() {
  const [read, setRead] = useState<Older>(none);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const known = new Set(events.value.map((e) => e.id));
  // The store keeps so many and no more: what no longer follows is read again when somebody asks.
  const older = known.has(read.after) ? read : none;
  const all = [...events.value, ...older.list.filter((e) => !known.has(e.id))];
  const more = async () => {
    setBusy(true);
    setProblem(undefined);
    const after = older.after || (events.value.at(-1)?.id ?? "");
    try {
      const page = await api.activity(EVENT_PAGE, all.at(-1)?.id);
      setRead({ after, list: [...older.list, ...page], ended: page.length < EVENT_PAGE });
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { all, busy, ended: older.ended, problem, more };
}

function dayOf(ms: number): string {
  const s = t().activity;
  const day = date(ms);
  if (day === date(now.value)) {
    return s.today;
  }
  return day === date(now.value - 24 * 3600 * 1000) ? s.yesterday : day;
}

function Item({ e }: { e: ActivityEvent }) {
  const s = t().activity;
  return (
    <li class={`event ${e.kind}`} data-kind={e.kind} data-state={e.state}>
      <span class="event-icon" title={s.eventKinds[e.kind] ?? e.kind}>
        <Icon name={e.kind === "work" && e.state !== "waiting" ? "check" : (icons[e.kind] ?? "about")} size={14} />
        <span class="hidden">{s.eventKinds[e.kind] ?? e.kind}</span>
      </span>
      <time class="event-time" dateTime={new Date(e.at).toISOString()}>
        {time(e.at)}
      </time>
      <p class="event-text">
        {e.community && (
          <>
            <a href={hrefOf({ view: "community", id: e.community })}>{communityName(e.community)}</a>{" "}
          </>
        )}
        <bdi title={e.text}>{shortIds(e.text)}</bdi>
      </p>
    </li>
  );
}

function Days({ list }: { list: ActivityEvent[] }) {
  const groups: { day: string; list: ActivityEvent[] }[] = [];
  for (const e of list) {
    const day = dayOf(e.at);
    const last = groups[groups.length - 1];
    if (last?.day === day) {
      last.list.push(e);
    } else {
      groups.push({ day, list: [e] });
    }
  }
  return (
    <>
      {groups.map((g) => (
        <div key={g.day} class="event-day">
          <h3>{g.day}</h3>
          <ol>
            {g.list.map((e) => (
              <Item key={e.id} e={e} />
            ))}
          </ol>
        </div>
      ))}
    </>
  );
}

interface Filter {
  community: string;
  kind: string;
}

function fits(e: ActivityEvent, f: Filter): boolean {
  const community = f.community === "" || (f.community === NODE ? !e.community : e.community === f.community);
  return community && (f.kind === "" || e.kind === f.kind);
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const s = t().activity;
  return (
    <div class="filters">
      <Select
        label={s.community}
        value={filter.community}
        options={[
          { value: "", label: s.allCommunities },
          ...communities.value.map((c) => ({ value: c.id, label: nameOf(c) })),
          { value: NODE, label: s.nodeOnly },
        ]}
        onChange={(community) => onChange({ ...filter, community })}
      />
      <Select
        label={s.kind}
        value={filter.kind}
        options={[
          { value: "", label: s.allKinds },
          ...Object.entries(s.eventKinds).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
    </div>
  );
}

/** Everything that happened, newest first, as it happens. */
export function EventList() {
  const s = t().activity;
  const [filter, setFilter] = useState<Filter>({ community: "", kind: "" });
  const { all, busy, ended, problem, more } = useOlder();
  const list = all.filter((e) => fits(e, filter));
  const filtered = filter.community !== "" || filter.kind !== "";
  return (
    <Section title={s.events}>
      <div class="stack">
        <Filters filter={filter} onChange={setFilter} />
        {eventsRead.value === "reading" && all.length === 0 && <Loading what={s.loading} />}
        {eventsRead.value instanceof Problem && <Trouble problem={eventsRead.value} onRetry={readEvents} />}
        {eventsRead.value === "read" && all.length === 0 && (
          <Empty icon="activity" title={s.empty}>
            {s.emptyHint}
          </Empty>
        )}
        {all.length > 0 && list.length === 0 && (
          <Empty
            icon="activity"
            title={s.emptyFilter}
            actions={
              filtered && <Button onClick={() => setFilter({ community: "", kind: "" })}>{s.clearFilter}</Button>
            }
          >
            {s.emptyFilterHint}
          </Empty>
        )}
        <Days list={list} />
        {problem && <Trouble problem={problem} onRetry={more} />}
        {busy && <Loading what={s.loadingOlder} />}
        {all.length >= EVENT_PAGE && (
          <div class="row">
            {ended ? <p class="small faint">{s.noOlder}</p> : <Button onClick={more}>{s.older}</Button>}
          </div>
        )}
      </div>
    </Section>
  );
}
