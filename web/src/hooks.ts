import { useSignal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { problemOf, type Problem } from "./api/client";
import { revisions } from "./store";

export interface Query<T> {
  /** Undefined until the first answer; stays while it is read again. */
  data: T | undefined;
  problem: Problem | undefined;
  again: () => void;
}

/** Milliseconds between two readings of the same, at least, however often it changes. */
const REST = 1000;

/** Reads something again and again, one reading at a time, and never because of a change that a later reading has seen. */
class Reader<T> {
  private readonly abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private changed = false;

  constructor(
    private readonly read: (signal: AbortSignal) => Promise<T>,
    private readonly tell: (answer: { data: T } | { problem: Problem }) => void,
  ) {}

  /** Reads at the latest after a rest; changes until then are one. */
  soon(): void {
    if (this.busy || this.timer !== undefined) {
      this.changed = true;
      return;
    }
    void this.now();
  }

  async now(): Promise<void> {
    this.busy = true;
    this.changed = false;
    let answer: { data: T } | { problem: Problem };
    try {
      answer = { data: await this.read(this.abort.signal) };
    } catch (thrown) {
      answer = { problem: problemOf(thrown) };
    }
    this.busy = false;
    if (this.abort.signal.aborted) {
      return;
    }
    this.tell(answer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.changed) {
        void this.now();
      }
    }, REST);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }
}

/**
 * Reads something when it is shown, when key changes, and when something changed of the
 * community (or of the node for ""); a key of undefined reads nothing.
 */
export function useQuery<T>(
  key: string | undefined,
  read: (signal: AbortSignal) => Promise<T>,
  community?: string,
): Query<T> {
  const [state, setState] = useState<{ key: string | undefined; data?: T; problem?: Problem }>({ key });
  const latest = useRef(read);
  latest.current = read;
  const reader = useRef<Reader<T> | undefined>(undefined);
  const revision = community === undefined ? 0 : (revisions.value[community] ?? 0);

  useEffect(() => {
    if (key === undefined) {
      return;
    }
    const made = new Reader<T>(
      (signal) => latest.current(signal),
      (answer) =>
        setState((s) => ("data" in answer ? { key, ...answer } : { ...(s.key === key ? s : { key }), ...answer })),
    );
    reader.current = made;
    void made.now();
    return () => {
      made.stop();
      reader.current = undefined;
    };
  }, [key]);

  const seen = useRef(revision);
  useEffect(() => {
    if (seen.current !== revision) {
      seen.current = revision;
      reader.current?.soon();
    }
  }, [revision]);

  const again = useCallback(() => reader.current?.soon(), []);
  const mine = state.key === key;
  return { data: mine ? state.data : undefined, problem: mine ? state.problem : undefined, again };
}

/** Calls fn every so many milliseconds while the page can be seen; with 0 never. */
export function useEvery(ms: number, fn: () => void): void {
  useEffect(() => {
    if (ms === 0) {
      return;
    }
    const timer = setInterval(() => document.visibilityState === "visible" && fn(), ms);
    return () => clearInterval(timer);
  }, [ms, fn]);
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
