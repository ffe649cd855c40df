import type { Summary, Work } from "../api/types";
import { relative, shortIds } from "../format";
import { hrefOf } from "../router";
import { communities, nameOf, now } from "../store";
import { t } from "../strings";
import { Badge } from "./badge";
import { Section } from "./page";

interface Retry {
  community: Summary;
  what: string;
  reason: string;
  attempts: number;
  nextTry: number;
}

function retriesOf(c: Summary): Retry[] {
  const s = t().activity;
  const work = c.work
    .filter((w: Work) => w.attempts > 0)
    .map((w) => ({
      community: c,
      what: s.parts[w.part] ?? w.part,
      reason: w.reason,
      attempts: w.attempts,
      nextTry: w.next_try,
    }));
  const archives = c.quarantined.map((q) => ({
    community: c,
    what: s.quarantined,
    reason: q.reason,
    attempts: q.attempts,
    nextTry: q.next_try,
  }));
  return [...work, ...archives];
}

/** What failed and is tried again; nothing where all goes well. */
export function Retries() {
  const s = t().activity;
  const list = communities.value.flatMap(retriesOf);
  if (list.length === 0) {
    return null;
  }
  return (
    <Section title={s.retries} aside={<span class="small faint">{s.retriesHint}</span>}>
      <ul class="operations">
        {list.map((r, i) => (
          <li key={i} class="operation">
            <div class="operation-head">
              <h3>
                {r.what} <a href={hrefOf({ view: "community", id: r.community.id })}>{nameOf(r.community)}</a>
              </h3>
              <Badge tone="warn" icon="work">
                {s.attempts(r.attempts)}
              </Badge>
            </div>
            <p title={r.reason}>{shortIds(r.reason)}</p>
            {r.nextTry > 0 && <p class="small faint">{s.nextTry(relative(r.nextTry, now.value))}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
