import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Operation } from "../api/types";
import { days, number, relative, shortIds } from "../format";
import { useQuery } from "../hooks";
import { hrefOf } from "../router";
import { joinProgress } from "../model";
import { communities, communityName, now, OPERATIONS, operations } from "../store";
import { t } from "../strings";
import { Badge, type Tone } from "./badge";
import { Button } from "./button";
import { Loading, Trouble } from "./empty";
import type { IconName } from "./icon";
import { Progress } from "./meter";
import { Section } from "./page";

/**
 * An operation with a reason waits (see package operation of the server), which is no
 * standing still while the work that it waits for goes on.
 */
function stateOf(o: Operation): string {
  const work = communities.value.find((c) => c.id === o.community)?.work ?? [];
  const waits = o.state === "running" && o.reason !== "" && !work.some((w) => w.state === "working");
  return waits ? "waiting" : o.state;
}

/** How far an operation is; a join counts between two rounds of fetching only, and the archives all the time. */
function progressOf(o: Operation): { done: number; total: number } {
  if (o.kind !== "join" || o.ended_at > 0) {
    return o;
  }
  const { here, total } = joinProgress(
    o,
    communities.value.find((c) => c.id === o.community),
  );
  return { done: here, total };
}

const looks: Record<string, { tone: Tone; icon: IconName }> = {
  pending: { tone: "plain", icon: "wait" },
  running: { tone: "accent", icon: "work" },
  waiting: { tone: "warn", icon: "wait" },
  done: { tone: "good", icon: "check" },
  failed: { tone: "bad", icon: "alert" },
};

function Times({ o }: { o: Operation }) {
  const s = t().activity;
  const parts = [
    o.ended_at > 0 ? s.endedAt(relative(o.ended_at, now.value)) : s.began(relative(o.created_at, now.value)),
  ];
  if (o.attempts > 0) {
    parts.push(s.attempts(o.attempts));
  }
  if (o.next_try > 0 && o.ended_at === 0) {
    parts.push(s.nextTry(relative(o.next_try, now.value)));
  }
  return <p class="small faint">{parts.join(" · ")}</p>;
}

function Item({ o }: { o: Operation }) {
  const s = t().activity;
  const state = stateOf(o);
  const look = looks[state] ?? { tone: "plain", icon: "wait" };
  const kind = s.kinds[o.kind] ?? o.kind;
  const { done, total } = progressOf(o);
  // What a join waited for before its archives were known holds no more.
  const reason = o.total === 0 && total > 0 ? "" : o.reason;
  const steps = total > 0 ? s.progress(number(done), number(total)) : s.progressUnknown(number(done));
  return (
    <li class="operation" data-operation={o.kind}>
      <div class="operation-head">
        <h3>
          {kind} <a href={hrefOf({ view: "community", id: o.community })}>{communityName(o.community)}</a>
        </h3>
        <Badge tone={look.tone} icon={look.icon}>
          {s.states[state] ?? state}
        </Badge>
      </div>
      {o.to > 0 && <p class="small quiet">{s.span(days(o.from, o.to))}</p>}
      {o.ended_at === 0 && o.state === "running" && (
        <>
          <Progress label={`${kind} ${communityName(o.community)}`} done={done} total={total} />
          <p class="small quiet">{steps}</p>
        </>
      )}
      {reason && (
        <p class={o.state === "failed" ? "verdict bad" : "quiet"} title={reason}>
          {shortIds(reason)}
        </p>
      )}
      <Times o={o} />
    </li>
  );
}

/** Most of those that ended that are shown. */
const MOST = 50;

function Ended({ onHide }: { onHide: () => void }) {
  const s = t().activity;
  const { data, problem, again } = useQuery("ended", (signal) => api.operations(undefined, signal), OPERATIONS);
  const list = data
    ?.filter((o) => o.ended_at > 0)
    .sort((a, b) => b.ended_at - a.ended_at)
    .slice(0, MOST);
  return (
    <div class="stack ended">
      <div class="row">
        <h3 class="grow">{s.ended}</h3>
        <Button small onClick={onHide}>
          {s.hideEnded}
        </Button>
      </div>
      {problem && <Trouble problem={problem} onRetry={again} />}
      {!list && !problem && <Loading what={t().trouble.loading} />}
      {list?.length === 0 && <p class="quiet">{s.noEnded}</p>}
      <ul class="operations">
        {list?.map((o) => (
          <Item key={o.id} o={o} />
        ))}
      </ul>
    </div>
  );
}

/** What somebody asked for: how far it is, what it waits for, and when it is tried again. */
export function OperationList() {
  const s = t().activity;
  const [ended, setEnded] = useState(false);
  const open = operations.value.filter((o) => o.ended_at === 0);
  return (
    <Section
      title={s.operations}
      aside={
        !ended && (
          <Button small kind="quiet" onClick={() => setEnded(true)}>
            {s.showEnded}
          </Button>
        )
      }
    >
      {open.length === 0 && (
        <p class="quiet">
          {s.noOperations} <span class="faint">{s.noOperationsHint}</span>
        </p>
      )}
      <ul class="operations">
        {open.map((o) => (
          <Item key={o.id} o={o} />
        ))}
      </ul>
      {ended && <Ended onHide={() => setEnded(false)} />}
    </Section>
  );
}
