import type { Summary } from "../api/types";
import { relative, shortIds } from "../format";
import { standingOf, type Standing } from "../model";
import { now } from "../store";
import { t } from "../strings";
import { Icon, type IconName } from "./icon";

const icons: Record<Standing["word"], IconName> = {
  damaged: "alert",
  paused: "pause",
  stopped: "pause",
  refused: "shield",
  failing: "alert",
  announcement: "work",
  fetch: "down",
  archive: "work",
  send: "up",
  waiting: "wait",
  owner: "check",
  empty: "wait",
  member: "check",
};

function wordsOf(s: Standing): string {
  const words = t().standing;
  switch (s.word) {
    case "refused":
      return words.refused(s.count);
    case "failing":
      return words.failing(s.count);
    case "owner":
      return s.next > now.value ? words.ownerNext(relative(s.next, now.value)) : words.owner;
    case "empty":
      return s.next > now.value ? words.emptyNext(relative(s.next, now.value)) : words.empty;
    default:
      return words[s.word];
  }
}

/** The state of a community in words. */
export function StandingLine({ of: community }: { of: Summary }) {
  const s = standingOf(community);
  const again =
    s.word !== "owner" && s.word !== "empty" && s.next > now.value && Number.isFinite(s.next)
      ? t().standing.again(relative(s.next, now.value))
      : "";
  return (
    <p class={`standing ${s.tone}`} title={s.reason || undefined}>
      <Icon name={icons[s.word]} />
      <span>
        <b>{wordsOf(s)}</b>
        {s.reason && (
          <span class="quiet">
            {": "}
            <bdi>{shortIds(s.reason)}</bdi>
          </span>
        )}
        {again && <span class="quiet">{(s.reason ? "; " : ": ") + again}</span>}
      </span>
    </p>
  );
}
