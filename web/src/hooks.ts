import { useSignal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { problemOf, type Problem } from "./api/client";
import { revisions } from "./store";

export interface Query<T> {
  /** Undefined until the first answer; stays while it is read again. */
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  again: () => void;
}

/** Milliseconds that changes may gather before something is read again. */
const GATHER = 600;

/**
 * Reads something when it is shown, when key changes, and when something changed of the
 * community (or of the node for ""); a key of undefined reads nothing.
 */
export function useQuery<T>(
  key: string | undefined,
  read: (signal: AbortSignal) => Promise<T>,
  community?: string,
): Query<T> {
  const [state, setState] = useState<{ key: string | undefined; data?: T; problem?: Problem; loading: boolean }>({
    key,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const reader = useRef(read);
  reader.current = read;
  const revision = community === undefined ? 0 : (revisions.value[community] ?? 0);
  const lastKey = useRef<string | undefined>(undefined);

  useEffect(() => {
    if (key === undefined) {
      return;
    }
    const abort = new AbortController();
    const fresh = lastKey.current !== key;
    lastKey.current = key;
    const timer = setTimeout(
      () => {
        setState((s) => (s.key === key ? { ...s, loading: true } : { key, loading: true }));
        reader.current(abort.signal).then(
          (data) => !abort.signal.aborted && setState({ key, data, loading: false }),
          (thrown: unknown) => {
            if (!abort.signal.aborted) {
              setState((s) => ({
                ...(s.key === key ? s : { key }),
                problem: problemOf(thrown),
                loading: false,
              }));
            }
          },
        );
      },
      fresh ? 0 : GATHER,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, turn, revision]);

  const again = useCallback(() => setTurn((n) => n + 1), []);
  const mine = state.key === key;
  return {
    data: mine ? state.data : undefined,
    problem: mine ? state.problem : undefined,
    loading: mine ? state.loading : true,
    again,
  };
}

/** Whether an element was on the screen once. */
export function useSeen(ref: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (seen || !element) {
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((e) => e.isIntersecting)) {
          setSeen(true);
        }
      },
      { rootMargin: "300px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, seen]);
  return seen;
}

/** The width of an element in CSS pixels; 0 until it is known. */
export function useWidth(ref: RefObject<Element | null>): Signal<number> {
  const width = useSignal(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver((entries) => {
      const entry = entries.at(-1);
      if (entry) {
        width.value = Math.floor(entry.contentRect.width);
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, width]);
  return width;
}
