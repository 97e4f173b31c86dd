import type { Env, ResetResult } from '../env/env.ts';
import { decodeSnapshot, type EnvSnapshot, encodeSnapshot } from '../episodes/snapshot.ts';
import { type Snapshots, withSnapshots } from '../episodes/with-snapshots.ts';
import type { VectorEnv } from '../vector/vector-env.ts';

/** Actions of an episode that are kept for a snapshot by replay; some megabytes. */
const MOST_ACTIONS = 100_000;

/** A group of one environment whose place its client can keep. */
export interface Restorable {
  /** What a group is made of. */
  make(): Env;
  /** Where the environment stands, as its client keeps it. @throws EnvError as `withSnapshots` does */
  snapshot(): Uint8Array;
  /** Takes the group of it there: what its reset would give. @throws EnvError as `decodeSnapshot` and `withSnapshots` do; ModelError */
  restore(group: VectorEnv, snapshot: Uint8Array): ReturnType<VectorEnv['reset']>;
}

/** A group resets its environment by itself, and keeps books of it; so a place is restored by a reset of the group that goes there. */
export function createRestorable(makeEnv: () => Env): Restorable {
  let made: Pick<Snapshots<unknown>, 'snapshot'> | undefined;
  let there: EnvSnapshot | undefined;
  return {
    make() {
      const env = withSnapshots(makeEnv(), { maxActions: MOST_ACTIONS });
      made = env;
      return {
        ...env,
        reset: (options) => (there === undefined ? env.reset(options) : (env.restore(there) as ResetResult<never>)),
      };
    },
    snapshot: () => encodeSnapshot(made!.snapshot()),
    restore(group, snapshot) {
      there = decodeSnapshot(snapshot);
      try {
        return group.reset();
      } finally {
        there = undefined;
      }
    },
  };
}
