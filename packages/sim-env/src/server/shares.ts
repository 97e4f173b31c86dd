import { EnvError } from '../env-error.ts';

/** Megabytes below which no model can be loaded. */
const LEAST = 8;

/** What each of a client's threads may hold, so that all together hold no more than the client may. */
export interface Shares {
  /**
   * Megabytes for each of `count` threads of a group: half of what is left for all of them, so that later groups have some too.
   * @throws EnvError where that is too little for a thread
   */
  take(group: number, count: number): number;
  /** As much, without taking it: for environments of which nobody knows whether they have threads. */
  offer(count: number): number;
  giveBack(group: number): void;
}

export function createShares(megabytes: number): Shares {
  const taken = new Map<number, number>();
  const left = () => megabytes - [...taken.values()].reduce((sum, one) => sum + one, 0);
  const shareOf = (count: number) => Math.max(LEAST, Math.floor(left() / 2 / count));
  return {
    take(group, count) {
      const share = shareOf(count);
      if (share * count > left()) {
        throw new EnvError(
          'limit',
          `sim-env: ${count} plain models in threads of their own need ${LEAST} MB each, and ${Math.floor(left())} of ${megabytes} MB are left, the limit memoryMegabytes`,
        );
      }
      taken.set(group, share * count);
      return share;
    },
    offer: shareOf,
    giveBack: (group) => void taken.delete(group),
  };
}
