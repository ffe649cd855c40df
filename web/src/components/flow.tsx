import type { Flow } from "../api/types";
import { limit, rate } from "../format";
import { sparks } from "../store";
import { t } from "../strings";
import { Icon } from "./icon";
import { Spark } from "./spark";

/** A direction of transfers: rate, limit and the last two minutes. "" is the node. */
export function FlowLine({ flow, kind, of: id }: { flow: Flow; kind: "up" | "down"; of: string }) {
  const s = t();
  const limited = flow.limit > 0;
  const why = s.communities.from[flow.from];
  return (
    <div class={`flow ${kind}`}>
      <p class="flow-text">
        <span class={`rate ${kind}`}>
          <Icon name={kind} size={14} />
          <span class="hidden">{s.common[kind]}</span>
          <b>{rate(flow.rate)}</b>
        </span>
        <span class="faint">{limited ? s.communities.limited(limit(flow.limit)) : s.common.unlimited}</span>
        {why && <span class="faint">{why}</span>}
        {flow.waiting > 0 && <span class="flow-waiting">{s.communities.waiting(flow.waiting)}</span>}
      </p>
      <Spark values={sparks.value[id]?.[kind] ?? []} limit={flow.limit} kind={kind} />
    </div>
  );
}
