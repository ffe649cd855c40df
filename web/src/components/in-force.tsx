import type { Flow, LimitsUse, NodeLimits } from "../api/types";
import { bytes, dateTime, limit, pretty, rate, weekdayTime } from "../format";
import { nextChange, type Change } from "../rates-at";
import { live, now } from "../store";
import { t } from "../strings";
import type { Scope } from "../views/limits";
import { Badge } from "./badge";
import { Icon } from "./icon";
import { Meter } from "./meter";
import { Section } from "./page";

/** Why a limit holds, in words. */
export function fromText(from: string): string {
  const s = t().limits;
  const known: Record<string, string> = {
    default: s.fromDefault,
    set: s.fromSet,
    schedule: s.fromSchedule,
    alternative: s.fromAlternative,
    "the row is damaged": s.fromDamaged,
  };
  return known[from] ?? from;
}

/** When the schedule changes a limit next, and to what. */
function Next({ change }: { change: Change | undefined }) {
  const s = t().limits;
  if (!change) {
    return <p class="small faint">{s.forEver}</p>;
  }
  const near = change.at - now.value < 6 * 24 * 3600 * 1000;
  const when = near ? weekdayTime(change.at) : dateTime(change.at);
  return <p class="small quiet">{change.to === undefined ? s.untilOnly(when) : s.until(when, pretty(change.to))}</p>;
}

function FlowNow({ way, flow, change }: { way: "up" | "down"; flow: Flow; change: Change | undefined }) {
  const s = t().limits;
  const name = t().common[way];
  const held = flow.limit > 0;
  return (
    <div class="flow-now">
      <h3 class={`rate ${way}`}>
        <Icon name={way} size={14} /> {name}
      </h3>
      <p class="flow-rate">
        <span class="big" data-flow={way}>
          {rate(flow.rate)}
        </span>{" "}
        <span class="quiet">{held ? s.limitOf(limit(flow.limit)) : s.noLimit}</span>
      </p>
      {held && (
        <Meter
          label={name}
          text={`${rate(flow.rate)}, ${s.limitOf(limit(flow.limit))}`}
          max={flow.limit}
          parts={[{ kind: "used", value: Math.min(flow.rate, flow.limit) }]}
        />
      )}
      {flow.from !== "default" && <p class="small quiet">{fromText(flow.from)}</p>}
      <Next change={change} />
      {flow.waiting > 0 && <p class="small quiet">{s.waiting(flow.waiting)}</p>}
    </div>
  );
}

function StorageNow({ limits }: { limits: NodeLimits | LimitsUse }) {
  const s = t().limits;
  const { used, reserved, cap, over = 0, over_reason } = limits.storage;
  const text = cap > 0 ? s.storageOf(bytes(used), bytes(cap)) : s.storageNoCap(bytes(used));
  return (
    <div class="flow-now">
      <h3>
        <Icon name="disk" size={14} /> {s.storage}
      </h3>
      <p class="flow-rate">
        <span class="big">{bytes(used)}</span> <span class="quiet">{cap > 0 ? s.limitOf(bytes(cap)) : s.noLimit}</span>
      </p>
      {cap > 0 && (
        <Meter
          label={s.storage}
          text={text}
          max={cap}
          parts={[
            { kind: over > 0 ? "over" : "used", value: used },
            { kind: "reserved", value: reserved },
          ]}
        />
      )}
      {reserved > 0 && <p class="small quiet">{s.reserved(bytes(reserved))}</p>}
      {over > 0 && (
        <p class="small">
          <Badge tone="bad" icon="alert">
            {s.over(bytes(over))}
          </Badge>{" "}
          {over_reason}
        </p>
      )}
    </div>
  );
}

function MachineNow({ limits }: { limits: NodeLimits }) {
  const s = t().limits;
  const { free, total, keep } = limits.disk;
  const answer = (value: string) => s.answers[value] ?? value;
  return (
    <div class="flow-now">
      <h3>
        <Icon name="disk" size={14} /> {s.disk}
      </h3>
      <p class="flow-rate">
        <span class="big">{bytes(free)}</span> <span class="quiet">{s.diskFree(bytes(total))}</span>
      </p>
      {keep > 0 && <p class="small quiet">{s.diskKeep(bytes(keep))}</p>}
      <p class="small quiet">
        {s.battery}: {answer(limits.battery)}
      </p>
      <p class="small quiet">
        {s.metered}: {answer(limits.metered)}
      </p>
    </div>
  );
}

/** What holds at this second, why, and until when. */
export function InForce({ scope, zone }: { scope: Scope; zone: string }) {
  const s = t().limits;
  const { limits, settings } = scope;
  const frame = scope.id === undefined ? live.value?.node : undefined;
  const flow = (way: "up" | "down"): Flow => (frame ? { ...limits[way], rate: frame[way] } : limits[way]);
  const change = (way: "up" | "down") => nextChange(settings, zone, now.value, way, limits[way]);
  return (
    <Section title={s.inForce}>
      <div class="in-force">
        <FlowNow way="up" flow={flow("up")} change={change("up")} />
        <FlowNow way="down" flow={flow("down")} change={change("down")} />
        <StorageNow limits={limits} />
        {"disk" in limits && <MachineNow limits={limits} />}
      </div>
      {"mode" in limits && limits.mode.reason && <p class="quiet">{limits.mode.reason}</p>}
    </Section>
  );
}
