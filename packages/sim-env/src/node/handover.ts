import { performance } from 'node:perf_hooks';

/** Whose turn it is. */
export type Side = 'parent' | 'worker';

/** Two threads that take turns. Everything that one wrote before it handed over, the other sees. */
export interface Handover {
  /** Gives the turn to the other side. */
  pass(): void;
  /** Waits for the turn; false when `milliseconds` pass first, or where the other side is no longer `alive`, which is asked now and then. */
  take(milliseconds: number, alive?: () => boolean): boolean;
}

/** Milliseconds between two looks at whether the other side is alive. */
const LOOK = 20;

/**
 * How often a side looks by default: some 30 µs, longer than it takes to wake a thread on an idle core. Fewer leave both sides asleep for good once
 * they are, since each gives up before the other has woken.
 */
export const DEFAULT_POLLS = 10_000;

/** Words of shared memory that a handover uses. */
export const HANDOVER_WORDS = 3;

const TURN = 0;
const PARENT = 0;
const WORKER = 1;

/** Turns in a row that a side sleeps for at once after a spin in vain, first and at most; each spin in vain doubles them. */
const SKIPS = { first: 4, most: 512 };

/**
 * Looks before it sleeps: while both threads are on a core of their own, the answer of a small model comes within the looks, and
 * a hand-over takes a fraction of a microsecond where sleeping and waking take five to forty.
 *
 * Where both share a core, or the model is slow, looking is in vain and burns the time that the other side needs. So a side that looked in vain
 * sleeps at once for the next turns, and tries again after 4, 8, … up to 512 of them. A spin that succeeds halves that number and no
 * more: on a shared core the other side has its turn by the scheduler's doing now and then, which says nothing of the next one.
 *
 * @param polls how often a side looks for its turn before it sleeps
 */
export function createHandover(words: Int32Array, side: Side, polls: number): Handover {
  const [mine, theirs] = side === 'parent' ? [PARENT, WORKER] : [WORKER, PARENT];
  const sleeps = 1 + mine;
  const othersSleep = 1 + theirs;
  /** Turns to sleep for at once after the next spin in vain, and those of them that are left. */
  let [skips, left] = [0, 0];

  function spin(): boolean {
    for (let i = 0; i < polls; i++) {
      if (Atomics.load(words, TURN) !== mine) continue;
      skips >>= 1;
      return true;
    }
    skips = Math.min(SKIPS.most, Math.max(SKIPS.first, 2 * skips));
    left = skips;
    return false;
  }

  return {
    pass() {
      Atomics.store(words, TURN, theirs);
      // Waking costs a system call. A sleeper that sets its flag after this look finds the turn changed and does not sleep.
      if (Atomics.load(words, othersSleep) === 1) Atomics.notify(words, TURN);
    },
    take(milliseconds, alive) {
      if (left > 0) left--;
      else if (spin()) return true;
      const deadline = performance.now() + milliseconds;
      Atomics.store(words, sleeps, 1);
      while (Atomics.load(words, TURN) !== mine) {
        const rest = deadline - performance.now();
        if (rest <= 0 || alive?.() === false) break;
        Atomics.wait(words, TURN, theirs, alive === undefined ? rest : Math.min(rest, LOOK));
      }
      Atomics.store(words, sleeps, 0);
      return Atomics.load(words, TURN) === mine;
    },
  };
}

/** Before both sides have started. */
export function giveFirstTurn(words: Int32Array, side: Side): void {
  words[TURN] = side === 'parent' ? PARENT : WORKER;
}
