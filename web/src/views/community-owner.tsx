import { api } from "../api/client";
import type { Announcement, Summary, Work } from "../api/types";
import { Badge } from "../components/badge";
import { Notice, Trouble } from "../components/empty";
import { Facts, Section } from "../components/page";
import { Table, type Column } from "../components/table";
import { dateTime, number, relative, short } from "../format";
import { useQuery } from "../hooks";
import { roundOf } from "../model";
import { now } from "../store";
import { t } from "../strings";

function announcementColumns(): Column<Announcement>[] {
  const s = t().community;
  return [
    { key: "when", title: s.when, head: true, cell: (a) => dateTime(a.sent_at || a.received_at) },
    {
      key: "state",
      title: s.state,
      cell: (a) => (
        <Badge
          tone={a.state === "waiting" ? "warn" : "plain"}
          icon={a.state === "waiting" ? "wait" : a.state === "sent" ? "up" : "down"}
        >
          {s.announcementStates[a.state]}
        </Badge>
      ),
    },
    { key: "hash", title: s.infohash, cell: (a) => <span class="mono">{short(a.infohash ?? "")}</span> },
    { key: "clock", title: s.clock, number: true, cell: (a) => <span class="mono">{a.clock}</span> },
  ];
}

/** Rounds and announcements of a community that this node archives, and whether others have it. */
export function OwnerSection({ of: c }: { of: Summary }) {
  const s = t().community;
  const query = useQuery(c.id, (signal) => api.announcements(c.id, signal), c.id);
  const list = query.data ?? [];
  const round = roundOf(c.work);
  const newest = c.announcement;
  const waiting = list.filter((a) => a.state === "waiting").length;
  const outbox = waiting > 0 ? s.outboxWaiting(waiting) : s.outboxEmpty;
  const copies = c.limits?.copies;
  return (
    <Section title={s.owning}>
      {c.forks.length > 0 && (
        <Notice kind="warn" icon="alert">
          {s.forks(c.forks.length)}
        </Notice>
      )}
      <Facts
        items={[
          {
            name: s.nextRound,
            value: round === 0 ? s.nextRoundNone : relative(Math.max(round, now.value + 1), now.value),
            note: round > now.value ? dateTime(round) : undefined,
          },
          { name: s.messagesPending, value: t().community.messages(number(c.messages.pending)) },
          {
            name: s.lastAnnouncement,
            value: newest?.sent_at ? relative(newest.sent_at, now.value) : s.lastAnnouncementNone,
            note: newest?.sent_at ? s.tookBy(newest.sent_peers) : undefined,
          },
          { name: s.outbox, value: query.data ? outbox : t().common.unknown },
          {
            name: s.rarest,
            value: typeof copies === "number" ? s.copies(copies) : s.copiesUnknown,
          },
        ]}
      />
      {query.problem && <Trouble problem={query.problem} onRetry={query.again} />}
      {list.length > 0 && (
        <Table
          caption={s.announcements}
          columns={announcementColumns()}
          rows={list.slice(0, 6)}
          keyOf={(a) => String(a.clock) + (a.infohash ?? "")}
        />
      )}
    </Section>
  );
}

function workColumns(): Column<Work>[] {
  const s = t().community;
  return [
    { key: "part", title: s.work, head: true, cell: (w) => s.parts[w.part] ?? w.part },
    {
      key: "state",
      title: s.state,
      cell: (w) => (
        <Badge
          tone={w.attempts >= 3 ? "warn" : w.state === "working" ? "accent" : "plain"}
          icon={w.state === "working" ? "work" : w.state === "waiting" ? "wait" : "check"}
        >
          {s.workStates[w.state]}
        </Badge>
      ),
    },
    { key: "reason", title: s.reason, cell: (w) => <bdi class="address">{w.reason}</bdi> },
    {
      key: "next",
      title: s.nextTry,
      cell: (w) => (w.next_try > now.value ? relative(w.next_try, now.value) : ""),
    },
  ];
}

/** What the node does for a community, part by part. */
export function WorkSection({ of: c }: { of: Summary }) {
  return (
    <Section title={t().community.work}>
      <Table caption={t().community.work} columns={workColumns()} rows={c.work} keyOf={(w) => w.part} />
    </Section>
  );
}
