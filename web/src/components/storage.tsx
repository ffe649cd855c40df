import type { Details, LimitsUse, NodeLimits } from "../api/types";
import { bytes, days } from "../format";
import { nextToGo } from "../model";
import { t } from "../strings";
import { Icon } from "./icon";
import { Meter, type MeterPart } from "./meter";

function words(storage: LimitsUse["storage"], node: NodeLimits | undefined): string {
  const s = t().communities;
  if (storage.cap > 0) {
    return t().common.of(bytes(storage.used), bytes(storage.cap));
  }
  return node && node.storage.cap > 0
    ? s.nodeCap(bytes(storage.used), bytes(node.storage.cap))
    : s.noCap(bytes(storage.used));
}

/** What a community takes on the disk against its cap, and what goes when there is no room. */
export function StorageMeter({
  limits,
  node,
  details,
}: {
  limits: LimitsUse;
  node: NodeLimits | undefined;
  details: Details | undefined;
}) {
  const s = t().communities;
  const { storage } = limits;
  const cap = storage.cap || node?.storage.cap || 0;
  const next = cap > 0 && details ? nextToGo(details) : undefined;
  const going = Math.min(next?.bytes ?? 0, storage.used);
  const parts: MeterPart[] = [
    { kind: "next", value: going },
    { kind: "used", value: storage.used - going },
    { kind: "reserved", value: storage.reserved },
  ];
  const text = words(storage, node);
  return (
    <div class="measure">
      <div class="measure-head">
        <span class="measure-name">{s.storage}</span>
        <span>{text}</span>
      </div>
      {cap > 0 && <Meter label={s.storage} text={text} parts={parts.filter((p) => p.value > 0)} max={cap} />}
      {storage.over ? (
        <p class="measure-note bad">
          <Icon name="alert" size={13} />
          <span>{s.over(bytes(storage.over), storage.over_reason ?? "")}</span>
        </p>
      ) : (
        <StorageNote limits={limits} details={details} next={next} capped={cap > 0} />
      )}
    </div>
  );
}

function StorageNote({
  limits,
  details,
  next,
  capped,
}: {
  limits: LimitsUse;
  details: Details | undefined;
  next: ReturnType<typeof nextToGo>;
  capped: boolean;
}) {
  const s = t().communities;
  const kept = capped && details && !next && limits.storage.archives > 0;
  return (
    <p class="measure-note">
      {next && (
        <span class="with-swatch">
          <span class="swatch c-next" aria-hidden="true" />
          {s.next(days(next.from, next.to), bytes(next.bytes))}
        </span>
      )}
      {kept && <span>{details.role === "owner" ? s.nextNone : s.nextPinned}</span>}
      {limits.storage.reserved > 0 && (
        <span class="with-swatch">
          <span class="swatch c-reserved" aria-hidden="true" />
          {s.reserved(bytes(limits.storage.reserved))}
        </span>
      )}
    </p>
  );
}
