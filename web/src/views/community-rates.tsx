import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { LimitsUse, Range, Series } from "../api/types";
import { Chart, gapsOf, type Line } from "../components/chart";
import { Loading, Trouble } from "../components/empty";
import { Segments } from "../components/field";
import { Section } from "../components/page";
import { bytes, dateTime, duration, percent, rate } from "../format";
import { useEvery, useQuery } from "../hooks";
import { CONNECTION } from "../store";
import { t } from "../strings";

const ranges: Range[] = ["1h", "24h", "7d"];
const KIB = 1024;
const byteMarks = Array.from({ length: 32 }, (_, i) => 2 ** (i + 4));
const shareMarks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 4, 8];

const known = (values: (number | null)[]) => values.filter((v) => v !== null);
const mean = (values: (number | null)[]) =>
  known(values).reduce((a, b) => a + b, 0) / Math.max(1, known(values).length);
const most = (values: (number | null)[]) => Math.max(0, ...known(values));

/** A graph with what it shows in words: values at the pointer, else means and peaks. */
function Graph({
  series,
  lines,
  format,
  floor,
  marks,
  height,
}: {
  series: Series;
  lines: Line[];
  format: (value: number) => string;
  floor: number;
  marks: number[];
  height: number;
}) {
  const s = t().community;
  const point = useSignal<number | undefined>(undefined);
  const at = point.value;
  const time = at === undefined ? undefined : series.times[at];
  const gaps = gapsOf(lines);
  const away = gaps.filter(([from]) => from > 0).reduce((n, [from, to]) => n + (to - from + 1) * series.step, 0);
  const valueAt = (l: Line) => {
    const value = at === undefined ? null : (l.values[at] ?? null);
    const begun = gaps[0]?.[0] !== 0 || (at ?? 0) > gaps[0][1];
    return value === null ? (begun ? s.down : s.notRecorded) : format(value);
  };
  return (
    <figure class="graph">
      <figcaption class="graph-head">
        {lines
          .filter((l) => !l.dashed)
          .map((l) => (
            <span class="graph-line" key={l.label}>
              <span class={`graph-key ${l.color.slice(2)}`} aria-hidden="true" />
              <span>{l.label}</span>
              {time === undefined ? (
                <span class="quiet">
                  {known(l.values).length === 0
                    ? s.notRecorded
                    : `${s.mean} ${format(mean(l.values))}, ${s.most} ${format(most(l.values))}`}
                </span>
              ) : (
                <b>{valueAt(l)}</b>
              )}
            </span>
          ))}
        {lines
          .filter((l) => l.dashed)
          .map((l) => (
            <span class="graph-line" key={l.label}>
              <span class="graph-key dashed" aria-hidden="true" />
              <span class="quiet">{`${l.label} ${format(mean(l.values))}`}</span>
            </span>
          ))}
        <span class="graph-when quiet">
          {time === undefined ? away > 0 && s.downtime(duration(away * 1000)) : dateTime(time * 1000)}
        </span>
      </figcaption>
      <Chart
        times={series.times}
        lines={lines}
        format={format}
        floor={floor}
        marks={marks}
        height={height}
        sync="rates"
        onPoint={(place) => (point.value = place)}
      />
    </figure>
  );
}

function flowLines(series: Series, limits: LimitsUse | undefined): Line[] {
  const s = t();
  const lines: Line[] = [
    { label: s.common.up, color: "--up", values: series.up },
    { label: s.common.down, color: "--down", values: series.down },
  ];
  for (const [kind, limit] of [
    ["up", limits?.up.limit ?? 0],
    ["down", limits?.down.limit ?? 0],
  ] as const) {
    if (limit > 0) {
      const label = `${s.common[kind]}: ${s.community.limit}`;
      lines.push({ label, color: `--${kind}`, values: series.times.map(() => limit), dashed: true });
    }
  }
  return lines;
}

/** Rates over the last hour, day or week, and what the node took of the machine meanwhile. */
export function RatesSection({ id, limits }: { id: string; limits: LimitsUse | undefined }) {
  const s = t().community;
  const range = useSignal<Range>("1h");
  const read = async (signal: AbortSignal) => {
    const [own, node] = await Promise.all([
      api.rates(id, range.value, signal),
      api.rates(undefined, range.value, signal),
    ]);
    return { own, node };
  };
  const query = useQuery(`${id} ${range.value}`, read, CONNECTION);
  const { data, again } = query;
  const step = data?.own.step ?? 0;
  useEvery(step * 1000, again); // a point is added each step
  const up = limits?.up.limit;
  const down = limits?.down.limit;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- of the limits only the rates are shown
  const lines = useMemo(() => data && flowLines(data.own, limits), [data, up, down]);
  const cpu = useMemo<Line[]>(() => [{ label: s.cpu, color: "--accent", values: data?.node.cpu ?? [] }], [data, s]);
  const rss = useMemo<Line[]>(
    () => [{ label: s.memory, color: "--s-amended", values: data?.node.rss ?? [] }],
    [data, s],
  );
  return (
    <Section
      title={s.rates}
      aside={
        <Segments
          label={s.range}
          value={range.value}
          options={ranges.map((r) => ({ value: r, label: s.ranges[r] }))}
          onChange={(r) => (range.value = r)}
        />
      }
    >
      {query.problem && <Trouble problem={query.problem} onRetry={again} />}
      {!data && !query.problem && <Loading what={s.ratesLoading} />}
      {data && lines && (
        <>
          <Graph series={data.own} lines={lines} format={rate} floor={16 * KIB} marks={byteMarks} height={200} />
          <h3>{s.machine}</h3>
          <div class="graphs">
            <Graph
              series={data.node}
              lines={cpu}
              format={(v) => percent(v, v < 0.1 ? 1 : 0)}
              floor={0.05}
              marks={shareMarks}
              height={120}
            />
            <Graph
              series={data.node}
              lines={rss}
              format={bytes}
              floor={64 * KIB * KIB}
              marks={byteMarks}
              height={120}
            />
          </div>
        </>
      )}
    </Section>
  );
}
