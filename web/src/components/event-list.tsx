import { useState } from "preact/hooks";
import { api, problemOf, type Problem } from "../api/client";
import type { ActivityEvent } from "../api/types";
import { date, shortIds, time } from "../format";
import { hrefOf } from "../router";
import { communities, communityName, events, nameOf, now } from "../store";
import { t } from "../strings";
import { Button } from "./button";
import { Empty, Loading, Trouble } from "./empty";
import { Select } from "./field";
import { Icon, type IconName } from "./icon";
import { Section } from "./page";

/** Events that are read at once. */
const PAGE = 200;
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

/** Events that were before those of the store, read when somebody asks for them. */
function useOlder() {
  const [older, setOlder] = useState<ActivityEvent[]>([]);
  const [busy, setBusy] = useState(false);
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const known = new Set(events.value.map((e) => e.id));
  const all = [...events.value, ...older.filter((e) => !known.has(e.id))];
  const more = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const page = await api.activity(PAGE, all[all.length - 1]?.id);
      setOlder([...older, ...page]);
      setEnded(page.length < PAGE);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { all, busy, ended, problem, more };
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
        <Icon name={icons[e.kind] ?? "about"} size={14} />
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
        <span title={e.text}>{shortIds(e.text)}</span>
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
        {all.length === 0 && (
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
        {all.length >= PAGE && (
          <div class="row">
            {ended ? <p class="small faint">{s.noOlder}</p> : <Button onClick={more}>{s.older}</Button>}
          </div>
        )}
      </div>
    </Section>
  );
}
