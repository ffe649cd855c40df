import { useMemo, useRef, useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import type { Summary } from "../api/types";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { CoverageBar } from "../components/coverage";
import { FlowLine } from "../components/flow";
import { Icon } from "../components/icon";
import { LimitsDialog } from "../components/limits-dialog";
import { StandingLine } from "../components/standing";
import { StorageMeter } from "../components/storage";
import { Switches } from "../components/switches";
import { days, number, percent } from "../format";
import { useQuery, useSeen } from "../hooks";
import { held, pinsOf, weeksOf, type Week } from "../model";
import { hrefOf } from "../router";
import { nameOf, seedSpark, status } from "../store";
import { t } from "../strings";

function Coverage({
  weeks,
  problem,
  owner,
}: {
  weeks: Week[] | undefined;
  problem: Problem | undefined;
  owner: boolean;
}) {
  const s = t();
  const archives = weeks?.flatMap((w) => w.archives) ?? [];
  const here = archives.filter(held).length;
  let value = problem ? problem.message || s.trouble.unreachable : s.communities.coverageLoading;
  if (weeks) {
    value = archives.length === 0 ? s.communities.coverageNone : s.communities.held(percent(here / archives.length, 1));
  }
  const first = weeks?.[0];
  const last = weeks?.at(-1);
  return (
    <div class="measure" data-reading={!weeks && !problem ? "" : undefined}>
      <div class="measure-head">
        <span class="measure-name">{s.communities.coverage}</span>
        <span>{value}</span>
      </div>
      <CoverageBar weeks={weeks ?? []} owner={owner} />
      <p class="measure-note">
        {first && last ? <span>{days(first.from, last.to)}</span> : <span aria-hidden="true">{"\u00a0"}</span>}
        {weeks && <CoverageWorst weeks={weeks} />}
      </p>
    </div>
  );
}

/** What is not here, most pressing first. */
function CoverageWorst({ weeks }: { weeks: Week[] }) {
  const s = t().condition;
  const worst = (["quarantined", "missing", "beyond", "evicted"] as const)
    .map((c) => ({ c, n: weeks.filter((w) => w.condition === c).length }))
    .filter((x) => x.n > 0);
  return (
    <>
      {worst.map(({ c, n }) => (
        <span key={c} class="with-swatch">
          <span class={`swatch c-${c}`} aria-hidden="true" />
          {number(n)} {s[c]}
        </span>
      ))}
    </>
  );
}

/** A community at a glance, with what is changed most often. */
export function Card({ of: c }: { of: Summary }) {
  const s = t();
  const ref = useRef<HTMLElement>(null);
  const seen = useSeen(ref);
  const [dialog, setDialog] = useState(false);
  const read = useQuery(
    seen ? c.id : undefined,
    async (signal) => {
      const [history, details] = await Promise.all([api.history(c.id, signal), api.community(c.id, signal)]);
      return { history, details };
    },
    c.id,
  );
  useQuery(seen ? c.id : undefined, (signal) => seedSpark(c.id, signal));
  const data = read.data;
  const weeks = useMemo(
    () => data && weeksOf(data.history, data.details.archive_list, pinsOf(data.details.limits)),
    [data],
  );
  const limits = c.limits;
  return (
    <article class="card" ref={ref} aria-label={nameOf(c)}>
      <header class="card-head">
        <div class="grow">
          <h2>
            <a href={hrefOf({ view: "community", id: c.id })} title={c.id}>
              {nameOf(c)}
            </a>
          </h2>
        </div>
        <Badge tone={c.role === "owner" ? "accent" : "plain"} icon={c.role === "owner" ? "key" : "peers"}>
          {c.role === "owner" ? s.communities.owner : s.communities.member}
        </Badge>
      </header>
      <StandingLine of={c} />
      <Coverage weeks={weeks} problem={read.problem} owner={c.role === "owner"} />
      {limits && (
        <>
          <StorageMeter limits={limits} node={status.value?.limits} details={data?.details} />
          <div class="flows">
            <FlowLine flow={limits.up} kind="up" of={c.id} />
            <FlowLine flow={limits.down} kind="down" of={c.id} />
          </div>
          <div class="card-peers">
            <Icon name="peers" size={14} />
            <span class="grow">
              <span>{s.communities.peers(limits.peers)}</span>
              {typeof limits.copies === "number" && <span class="faint">{s.communities.copies(limits.copies)}</span>}
            </span>
            <Button icon="limits" small onClick={() => setDialog(true)} aria-haspopup="dialog">
              {s.communities.limits}
            </Button>
          </div>
        </>
      )}
      <footer class="card-foot">
        <Switches of={c} />
      </footer>
      {dialog && <LimitsDialog of={c} onClose={() => setDialog(false)} />}
    </article>
  );
}
