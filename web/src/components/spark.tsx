import { SPARK } from "../store";

const HEIGHT = 28;
/** Least that fills the height, in bytes a second, so that a trickle looks like one. */
const FLOOR = 16 * 1024;

/** Rates of the last two minutes with the limit as a dashed line. The numbers stand beside it, so it is not read out. */
export function Spark({ values, limit, kind }: { values: number[]; limit: number; kind: "up" | "down" }) {
  const most = Math.max(FLOOR, ...values, limit);
  const x = (i: number) => ((SPARK - values.length + i) / (SPARK - 1)) * 100;
  const y = (v: number) => HEIGHT - 1 - (Math.min(v, most) / most) * (HEIGHT - 3);
  const points = values.map((v, i) => `${x(i).toFixed(2)},${y(v).toFixed(2)}`);
  const first = x(0).toFixed(2);
  return (
    <svg class={`spark ${kind}`} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-base" d={`M0 ${HEIGHT - 0.5}H100`} />
      {points.length > 1 && (
        <>
          <path class="spark-area" d={`M${first} ${HEIGHT}L${points.join("L")}L100 ${HEIGHT}Z`} />
          <path class="spark-line" d={`M${points.join("L")}`} />
        </>
      )}
      {limit > 0 && <path class="spark-limit" d={`M0 ${y(limit).toFixed(2)}H100`} />}
    </svg>
  );
}
