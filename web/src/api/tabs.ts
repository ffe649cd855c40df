/**
 * Tabs of one browser that agree who of them does something for all. A browser keeps six
 * connections to a node and no more, so one for each tab would leave none for the seventh.
 */
export interface Tabs<Word> {
  /** Says something to the other tabs. */
  tell(word: Word): void;
  /**
   * Waits until no other tab leads, then does the work. The turn ends with the work, when
   * this tab leaves, or when another one took over because it was told nothing.
   */
  lead(work: (turn: AbortSignal) => Promise<void>): Promise<void>;
  leave(): void;
}

/** Of the lock and the channel; a browser keeps both apart by origin. */
const NAME = "seeder-events";
/** Longest silence, in milliseconds, that others believe of the one that leads: more than any pause that it makes. */
const PATIENCE = 45_000;

/** Joins the other tabs. Where the browser cannot (it needs TLS, or loopback), each is alone. */
export function join<Word>(hear: (word: Word) => void): Tabs<Word> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks && typeof BroadcastChannel !== "undefined" ? new Together(hear, locks) : new Alone();
}

class Alone<Word> implements Tabs<Word> {
  private readonly left = new AbortController();

  tell(): void {
    // Nobody hears it.
  }

  lead(work: (turn: AbortSignal) => Promise<void>): Promise<void> {
    return work(this.left.signal);
  }

  leave(): void {
    this.left.abort();
  }
}

class Together<Word> implements Tabs<Word> {
  private readonly left = new AbortController();
  private readonly channel = new BroadcastChannel(NAME);
  private waiting: { since: AbortController; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(
    hear: (word: Word) => void,
    private readonly locks: LockManager,
  ) {
    this.channel.onmessage = (e: MessageEvent<Word>) => {
      this.wait();
      hear(e.data);
    };
  }

  tell(word: Word): void {
    if (!this.left.signal.aborted) {
      this.channel.postMessage(word);
    }
  }

  async lead(work: (turn: AbortSignal) => Promise<void>): Promise<void> {
    const turn = new AbortController();
    const end = () => turn.abort();
    this.left.signal.addEventListener("abort", end);
    const begin = async () => {
      this.waitNoMore();
      if (!this.left.signal.aborted) {
        await work(turn.signal);
      }
    };
    const impatient = new AbortController();
    this.waiting = { since: impatient, timer: setTimeout(() => undefined) };
    this.wait();
    try {
      await this.locks.request(NAME, { signal: AbortSignal.any([this.left.signal, impatient.signal]) }, begin);
    } catch {
      // Left, lost the turn to another tab, or had enough of waiting.
      if (impatient.signal.aborted && !this.left.signal.aborted) {
        await this.locks.request(NAME, { steal: true }, begin).catch(() => undefined);
      }
    } finally {
      this.waitNoMore();
      turn.abort();
      this.left.signal.removeEventListener("abort", end);
    }
  }

  leave(): void {
    this.waitNoMore();
    this.left.abort();
    this.channel.close();
  }

  /** Begins to be patient anew, when this tab waits. */
  private wait(): void {
    if (this.waiting) {
      const { since, timer } = this.waiting;
      clearTimeout(timer);
      // Not all tabs at the same moment.
      this.waiting.timer = setTimeout(() => since.abort(), PATIENCE * (1 + Math.random() / 3));
    }
  }

  private waitNoMore(): void {
    clearTimeout(this.waiting?.timer);
    this.waiting = undefined;
  }
}
