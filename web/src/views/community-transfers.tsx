import { api } from "../api/client";
import type { Peer, Torrent, Transfers } from "../api/types";
import { Empty, Loading, Trouble } from "../components/empty";
import { Progress } from "../components/meter";
import { Section } from "../components/page";
import { Table, type Column } from "../components/table";
import { bytes, days, number, percent, rate } from "../format";
import { useEvery, useQuery, type Query } from "../hooks";
import { t } from "../strings";
import { visible } from "../visible";

/** Milliseconds between two questions for peers while they are shown. */
const AGAIN = 3000;

function Share({ done, total, label }: { done: number; total: number; label: string }) {
  if (total === 0) {
    return <span class="faint">{t().common.unknown}</span>;
  }
  return (
    <span class="part">
      <Progress label={label} done={done} total={total} />
      <span>{percent(Math.floor((done / total) * 1000) / 1000, 1)}</span>
    </span>
  );
}

/** What a peer calls its program, which may be long; all of it is its title. */
function Client({ name }: { name: string }) {
  return (
    <bdi class="client" title={name}>
      {name}
    </bdi>
  );
}

function peerColumns(): Column<Peer>[] {
  const s = t().community;
  const quiet = (n: number, text: string) => (n > 0 ? text : <span class="faint">{"\u2013"}</span>);
  return [
    { key: "address", title: s.address, head: true, cell: (p) => <span class="mono address">{p.address}</span> },
    {
      key: "client",
      title: s.client,
      cell: (p) => (p.client ? <Client name={visible(p.client)} /> : <span class="faint">{s.clientUnknown}</span>),
    },
    {
      key: "connection",
      title: s.connection,
      cell: (p) =>
        [p.transport === "utp" ? "\u00b5TP" : "TCP", p.direction === "in" ? s.incoming : s.outgoing].join(", "),
    },
    {
      key: "has",
      title: s.has,
      cell: (p) => <Share done={p.pieces_complete} total={p.pieces} label={`${s.has}: ${p.address}`} />,
    },
    { key: "up", title: s.up, number: true, cell: (p) => quiet(p.up_rate, rate(p.up_rate)) },
    { key: "down", title: s.downTitle, number: true, cell: (p) => quiet(p.down_rate, rate(p.down_rate)) },
    { key: "sent", title: s.sent, number: true, cell: (p) => quiet(p.up_bytes, bytes(p.up_bytes)) },
    { key: "received", title: s.received, number: true, cell: (p) => quiet(p.down_bytes, bytes(p.down_bytes)) },
  ];
}

function torrentColumns(): Column<Torrent>[] {
  const s = t().community;
  return [
    { key: "hash", title: s.infohash, head: true, cell: (x) => <span class="mono address">{x.infohash}</span> },
    {
      key: "pieces",
      title: s.pieces,
      cell: (x) => <Share done={x.pieces_complete} total={x.pieces} label={`${s.pieces}: ${x.infohash}`} />,
    },
    { key: "peers", title: s.connections, number: true, cell: (x) => number(x.peers) },
  ];
}

/** Asks for transfers and peers again and again while they are shown. */
export function useTransfers(id: string): Query<Transfers> {
  const query = useQuery(id, (signal) => api.transfers(id, signal), id);
  useEvery(AGAIN, query.again);
  return query;
}

/** What is being fetched, and the torrents. */
export function TransfersSection({ of: { data, problem, again } }: { of: Query<Transfers> }) {
  const s = t().community;
  return (
    <Section title={s.transfers}>
      {problem && <Trouble problem={problem} onRetry={again} />}
      {!data && !problem && <Loading what={t().trouble.loading} />}
      {data && data.archives.length === 0 && <p class="quiet">{s.noTransfers}</p>}
      {data && data.archives.length > 0 && (
        <ul class="stack">
          {data.archives.map((a) => (
            <li key={a.id} class="transfer">
              <span class="row">
                <b class="grow">{days(a.from, a.to)}</b>
                <span class="quiet">{t().common.of(bytes(a.done_bytes), bytes(a.total_bytes))}</span>
              </span>
              <Progress label={days(a.from, a.to)} done={a.done_bytes} total={a.total_bytes} />
            </li>
          ))}
        </ul>
      )}
      {data && data.torrents.length > 0 && (
        <Table caption={s.torrents} columns={torrentColumns()} rows={data.torrents} keyOf={(x) => x.infohash} />
      )}
    </Section>
  );
}

/** Who is connected, and what they have. */
export function PeersSection({
  of: { data },
  paused,
  owner,
}: {
  of: Query<Transfers>;
  paused: boolean;
  owner: boolean;
}) {
  const s = t().community;
  if (!data) {
    return null;
  }
  const nobody = owner ? `${s.whoHasNobody} ${s.noPeers}` : s.noPeers;
  return (
    <Section
      title={owner ? `${s.peers}: ${s.whoHas}` : s.peers}
      aside={<span class="faint">{number(data.peers.length)}</span>}
    >
      {data.peers.length === 0 ? (
        <Empty icon="peers" title={s.noPeersTitle}>
          {paused ? s.noPeersPaused : nobody}
        </Empty>
      ) : (
        <Table caption={s.peers} columns={peerColumns()} rows={data.peers} keyOf={(p) => p.address} />
      )}
    </Section>
  );
}
