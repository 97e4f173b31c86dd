/** Turns at something that only so many threads should do at a time. */
export interface Turns {
  /** Shared memory: a word for the number of those at it, then one for each place, which says whether its holder is. */
  readonly words: Int32Array;
  /** A place that is free, to be given back by `leave`. */
  enter(): number;
  /** Gives a place back, and its turn where its holder ended in it. */
  leave(place: number): void;
}

/**
 * How many threads start at a time. Two hundred that start at once share the cores, and each takes longer than anyone's patience; one after another
 * they are there in the same time all together.
 */
export const AT_ONCE = 4;

export function createTurns(places: number): Turns {
  const words = new Int32Array(new SharedArrayBuffer(4 * (1 + Math.ceil(places))));
  const free = Array.from({ length: words.length - 1 }, (_, i) => words.length - 1 - i);
  return {
    words,
    enter: () => free.pop()!,
    leave(place) {
      endTurn(words, place);
      free.push(place);
    },
  };
}

/** Waits for a turn, does the work and gives the turn back. */
export function takingTurns<T>(words: Int32Array, place: number, work: () => T): T {
  for (;;) {
    const busy = Atomics.load(words, 0);
    if (busy >= AT_ONCE) Atomics.wait(words, 0, busy, 1000);
    else if (Atomics.compareExchange(words, 0, busy, busy + 1) === busy) break;
  }
  Atomics.store(words, place, 1);
  try {
    return work();
  } finally {
    endTurn(words, place);
  }
}

function endTurn(words: Int32Array, place: number): void {
  if (Atomics.exchange(words, place, 0) === 0) return;
  Atomics.sub(words, 0, 1);
  Atomics.notify(words, 0);
}
