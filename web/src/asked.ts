import { effect } from "@preact/signals";
import { api, problemOf, session } from "./api/client";
import type { Operation } from "./api/types";
import { tell, tellFailure } from "./components/toast";
import { shortIds } from "./format";
import { communityName, OPERATIONS, revisions } from "./store";
import { t } from "./strings";

/** Milliseconds after which an operation is looked at again, though nothing was heard of it. */
const AGAIN = 10_000;

/** Waits until something was heard of operations after a count, or for a while. */
async function news(heard: number): Promise<void> {
  let stop = () => {};
  await new Promise<void>((done) => {
    const timer = setTimeout(done, AGAIN);
    const unfollow = effect(() => {
      if ((revisions.value[OPERATIONS] ?? 0) !== heard || session.value !== "in") {
        done();
      }
    });
    stop = () => {
      clearTimeout(timer);
      unfollow();
    };
  });
  stop();
}

/** Says that an operation was begun and, whenever it ends while the page is open, how it ended. */
export async function follow(begun: Operation): Promise<void> {
  let o = begun;
  tell(t().community.asked, o.id);
  while (o.ended_at === 0) {
    const heard = revisions.peek()[OPERATIONS] ?? 0;
    try {
      o = await api.operation(o.id);
    } catch (thrown) {
      if (problemOf(thrown).status === 404) {
        return; // the community was left
      }
    }
    if (session.peek() !== "in") {
      return;
    }
    if (o.ended_at === 0) {
      await news(heard);
    }
  }
  const s = t().activity;
  const what = `${s.kinds[o.kind] ?? o.kind} ${communityName(o.community)}`;
  if (o.state === "failed") {
    tellFailure(s.toldFailed(what), shortIds(o.reason ?? ""), o.id);
  } else {
    tell(s.toldDone(what), o.id);
  }
}
