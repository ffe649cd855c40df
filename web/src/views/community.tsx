import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Details, Summary } from "../api/types";
import { Badge } from "../components/badge";
import { Button, ButtonLink } from "../components/button";
import { Copy } from "../components/copy";
import { Empty, Loading, Notice, Trouble } from "../components/empty";
import { FlowLine } from "../components/flow";
import { Icon } from "../components/icon";
import { LimitsDialog } from "../components/limits-dialog";
import { Page } from "../components/page";
import { StandingLine } from "../components/standing";
import { StorageMeter } from "../components/storage";
import { Switches } from "../components/switches";
import { days, relative, short, shortIds } from "../format";
import { useEvery, useQuery } from "../hooks";
import { failures, settingOf } from "../model";
import { communities, nameOf, now, OPERATIONS, seedSpark, status } from "../store";
import { t } from "../strings";
import { CommunityMenu } from "./community-actions";
import { HistorySection } from "./community-history";
import { OwnerSection, WorkSection } from "./community-owner";
import { RatesSection } from "./community-rates";
import { PeersSection, TransfersSection, useTransfers } from "./community-transfers";

/** Milliseconds between two readings of what no event tells. */
const AGAIN = 15_000;

function Back() {
  return (
    <p class="back">
      <a href="#/">
        <Icon name="left" size={14} />
        {t().community.back}
      </a>
    </p>
  );
}

/** State, storage, rates and switches. */
function Overview({ of: c, details }: { of: Summary; details: Details | undefined }) {
  const s = t().communities;
  const limits = c.limits;
  return (
    <section class="section overview" aria-label={t().community.state}>
      <div class="overview-state">
        <StandingLine of={c} />
        {limits && (
          <p class="card-peers">
            <Icon name="peers" size={14} />
            <span class="grow">
              <span>{s.peers(limits.peers)}</span>
              {typeof limits.copies === "number" && <span class="faint">{s.copies(limits.copies)}</span>}
            </span>
          </p>
        )}
        <Switches of={c} />
      </div>
      {limits && (
        <>
          <StorageMeter limits={limits} node={status.value?.limits} details={details} />
          <FlowLine flow={limits.up} kind="up" of={c.id} />
          <FlowLine flow={limits.down} kind="down" of={c.id} />
        </>
      )}
      {limits?.damaged?.map((d) => (
        <Notice key={d.key} kind={d.stops ? "bad" : "warn"} icon="alert">
          <p>{`${d.key}: ${d.value}`}</p>
          <p class="small quiet">{d.hint}</p>
        </Notice>
      ))}
    </section>
  );
}

/** Failures that somebody has seen and put away, until the page is loaded anew. */
const putAway = signal<string[]>([]);

/** What was asked for and failed lately. */
function Failures({ id }: { id: string }) {
  const s = t();
  const { data } = useQuery(id, (signal) => api.communityOperations(id, signal), OPERATIONS);
  return (
    <>
      {failures(data ?? [], now.value)
        .filter((o) => !putAway.value.includes(o.id))
        .slice(0, 3)
        .map((o) => (
          <Notice key={o.id} kind="bad" icon="alert">
            <div class="row" data-failed={o.kind}>
              <div class="grow">
                <p class="strong">
                  {s.activity.toldFailed(
                    [s.activity.kinds[o.kind] ?? o.kind, o.to > 0 ? s.activity.span(days(o.from, o.to)) : ""]
                      .join(" ")
                      .trim(),
                  )}
                  <span class="small faint">{` · ${relative(o.ended_at, now.value)}`}</span>
                </p>
                <p class="small" title={o.reason}>
                  {shortIds(o.reason ?? "")}
                </p>
              </div>
              <Button
                icon="close"
                kind="quiet"
                small
                label={s.common.dismiss}
                onClick={() => (putAway.value = [...putAway.value, o.id])}
              />
            </div>
          </Notice>
        ))}
    </>
  );
}

function Missing() {
  const s = t().community;
  return (
    <Page title={s.missingTitle} before={<Back />}>
      <Empty icon="communities" title={s.missingTitle} actions={<ButtonLink href="#/">{s.back}</ButtonLink>}>
        {s.missing}
      </Empty>
    </Page>
  );
}

/** A community with everything that is known of it. */
export function Community({ id }: { id: string }) {
  const s = t();
  const [limits, setLimits] = useState(false);
  const read = useQuery(
    id,
    async (signal) => {
      const [history, details] = await Promise.all([api.history(id, signal), api.community(id, signal)]);
      return { history, details };
    },
    id,
  );
  useEvery(AGAIN, read.again); // no event tells of the copies that peers have
  useQuery(id, (signal) => seedSpark(id, signal));
  const transfers = useTransfers(id);
  // What changes each second comes from the store; until it is there, what was read does.
  const c = communities.value.find((x) => x.id === id) ?? read.data?.details;
  if (read.problem?.status === 404 || (!c && status.value !== null && read.data !== undefined)) {
    return <Missing />;
  }
  if (!c) {
    return (
      <Page title={short(id)} before={<Back />}>
        {read.problem ? (
          <Trouble problem={read.problem} onRetry={read.again} />
        ) : (
          <Loading what={s.community.loading} />
        )}
      </Page>
    );
  }
  const owner = c.role === "owner";
  return (
    <Page
      title={nameOf(c)}
      before={<Back />}
      lead={
        <span class="row">
          <Badge tone={owner ? "accent" : "plain"} icon={owner ? "key" : "peers"}>
            {owner ? s.communities.owner : s.communities.member}
          </Badge>
          <span class="with-copy">
            <span class="mono faint" title={c.id}>
              {short(c.id)}
            </span>
            <Copy text={c.id} label={s.community.copyId} />
          </span>
        </span>
      }
      actions={
        <>
          <Button icon="limits" onClick={() => setLimits(true)} aria-haspopup="dialog">
            {s.communities.limits}
          </Button>
          <CommunityMenu of={c} />
        </>
      }
    >
      <Failures id={c.id} />
      <Overview of={c} details={read.data?.details} />
      {read.problem && <Trouble problem={read.problem} onRetry={read.again} />}
      {read.data ? (
        <HistorySection details={read.data.details} history={read.data.history} />
      ) : (
        !read.problem && <Loading what={s.community.historyLoading} />
      )}
      <div class="columns">
        <div class="column">
          <RatesSection id={c.id} limits={c.limits} />
        </div>
        <div class="column">
          <TransfersSection of={transfers} />
          {owner && <OwnerSection of={c} />}
          <WorkSection of={c} />
        </div>
      </div>
      <PeersSection of={transfers} paused={settingOf(c.limits?.settings, "paused") === "on"} owner={owner} />
      {limits && <LimitsDialog of={c} onClose={() => setLimits(false)} />}
    </Page>
  );
}
