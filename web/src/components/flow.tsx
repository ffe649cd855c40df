import type { Flow } from "../api/types";
import { limit, rate } from "../format";
import { sparks, status } from "../store";
import { t } from "../strings";
import { Icon } from "./icon";
import { Spark } from "./spark";

/** The limit that holds: its own, or that of the node where that is lower or the only one. */
function holding(own: number, node: number): { value: number; shared: boolean } {
  const shared = node > 0 && (own === 0 || node < own);
  return { value: shared ? node : own, shared };
}

/** A direction of transfers of a community: rate, limit and the last two minutes. */
export function FlowLine({ flow, kind, of: id }: { flow: Flow; kind: "up" | "down"; of: string }) {
  const s = t();
  const node = status.value?.limits[kind];
  const { value, shared } = holding(flow.limit, node?.limit ?? 0);
  const why = s.communities.from[(shared ? node?.from : flow.from) ?? ""];
  let words = s.common.unlimited;
  if (value > 0) {
    words = shared ? s.communities.nodeLimit(limit(value)) : s.communities.limited(limit(value));
  }
  return (
    <div class={`flow ${kind}`}>
      <p class="flow-text">
        <span class={`rate ${kind}`}>
          <Icon name={kind} size={14} />
          <span class="hidden">{s.common[kind]}</span>
          <b>{rate(flow.rate)}</b>
        </span>
        <span class="faint">{words}</span>
        {why && <span class="faint">{why}</span>}
        {flow.waiting > 0 && <span class="flow-waiting">{s.communities.waiting(flow.waiting)}</span>}
      </p>
      <Spark values={sparks.value[id]?.[kind] ?? []} limit={value} kind={kind} />
    </div>
  );
}
