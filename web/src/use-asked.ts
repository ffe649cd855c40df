import { useEffect, useState } from "preact/hooks";
import { problemOf, type Problem } from "./api/client";
import { CONNECTION, revisions } from "./store";

export interface Asked<T> {
  value: T | undefined;
  problem: Problem | undefined;
  again: () => void;
  put: (value: T) => void;
}

/** Asks once when the component appears, and again when it is told to and when the node is back. */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const [times, setTimes] = useState(0);
  const connection = revisions.value[CONNECTION];
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      (v) => {
        setValue(v);
        setProblem(undefined);
      },
      (thrown: unknown) => !abort.signal.aborted && setProblem(problemOf(thrown)),
    );
    return () => abort.abort();
    // The question is the same each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [times, connection]);
  return { value, problem, again: () => setTimes(times + 1), put: setValue };
}
