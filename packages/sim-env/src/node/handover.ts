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

/** Words of shared memory that a handover uses. */
export const HANDOVER_WORDS = 3;

const TURN = 0;
const PARENT = 0;
const WORKER = 1;

/**
 * Looks before it sleeps: while both threads are on a core of their own, the answer of a small model comes within the looks, and
 * a hand-over takes about a microsecond where sleeping and waking would take ten or more.
 *
 * @param polls how often a side looks for its turn before it sleeps
 */
export function createHandover(words: Int32Array, side: Side, polls: number): Handover {
  const [mine, theirs] = side === 'parent' ? [PARENT, WORKER] : [WORKER, PARENT];
  const sleeps = 1 + mine;
  const othersSleep = 1 + theirs;
  return {
    pass() {
      Atomics.store(words, TURN, theirs);
      // Waking costs a system call. A sleeper that sets its flag after this look finds the turn changed and does not sleep.
      if (Atomics.load(words, othersSleep) === 1) Atomics.notify(words, TURN);
    },
    take(milliseconds, alive) {
      for (let i = 0; i < polls; i++) if (Atomics.load(words, TURN) === mine) return true;
      const deadline = performance.now() + milliseconds;
      Atomics.store(words, sleeps, 1);
      while (Atomics.load(words, TURN) !== mine) {
        const left = deadline - performance.now();
        if (left <= 0 || alive?.() === false) break;
        Atomics.wait(words, TURN, theirs, alive === undefined ? left : Math.min(left, LOOK));
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
