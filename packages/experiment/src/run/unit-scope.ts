import { setImmediate } from 'node:timers/promises';
import type { Checkpoints } from '../context.ts';
import { RunError } from '../errors.ts';
import type { State } from '../values.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Recorder } from './recorder.ts';

/** What units are kept by. */
export interface ScopeParts {
  readonly recorder: Pick<Recorder, 'enter' | 'leave' | 'put' | 'restore'>;
  readonly store: CheckpointStore;
  readonly signal: AbortSignal;
  /** Time that the run has taken so far, over all its sessions. */
  seconds(): number;
  /** Brings to the disk what is not in checkpoints. */
  flush(): Promise<void>;
}

/** The unit at work, one at a time, with its states. */
export interface UnitScope {
  /** The key of the unit at work. */
  readonly current: string | undefined;
  /**
   * Does the action as the unit's, one unit at a time.
   * @throws {RunError} inside or beside another unit
   */
  within<T>(key: string, action: () => Promise<T>): Promise<T>;
  /** The value of the unit's checkpoint, put out again, in an object; undefined where there is none that can be used. */
  restored(key: string): Promise<{ readonly value: unknown } | undefined>;
  /** Does the unit's work and keeps its value. Returns it as it will be loaded. */
  kept(key: string, work: () => Promise<unknown>): Promise<unknown>;
  readonly checkpoints: Checkpoints;
}

export function createScope({ recorder, store, signal, seconds, flush }: ScopeParts): UnitScope {
  let current: string | undefined;
  const states = new Set<string>();
  // A unit's keys are its own: what another one may have left behind is never taken for its state.
  const ownKey = (name: string) => (current === undefined ? name : `${current}\0${name}`);

  async function save(kind: 'unit' | 'state', key: string, value: unknown): Promise<unknown> {
    const put = await recorder.put();
    await flush();
    return store.save({ kind, key, value, put, seconds: seconds() });
  }

  return {
    get current() {
      return current;
    },
    async within(key, action) {
      if (current !== undefined) {
        throw new RunError(
          `experiment: unit "${key}" began inside or beside unit "${current}"; await one, then begin the next`,
        );
      }
      current = key;
      recorder.enter(key);
      try {
        // A turn of the event loop, so that Ctrl-C is heard even between units that never wait for anything.
        await setImmediate();
        signal.throwIfAborted();
        return await action();
      } finally {
        recorder.leave();
        current = undefined;
      }
    },
    async restored(key) {
      const stored = await store.load('unit', key);
      if (stored === undefined) return undefined;
      await recorder.restore(stored.put);
      return stored;
    },
    async kept(key, work) {
      states.clear();
      const value = await save('unit', key, await work());
      for (const state of states) await store.remove('state', state);
      signal.throwIfAborted();
      return value;
    },
    checkpoints: {
      async load(name) {
        const key = ownKey(name);
        const stored = await store.load('state', key);
        if (stored === undefined) return undefined;
        states.add(key);
        await recorder.restore(stored.put);
        return stored.value as State;
      },
      async save(name, { meta, arrays }) {
        const key = ownKey(name);
        await save('state', key, { meta, arrays });
        states.add(key);
        signal.throwIfAborted();
      },
      remove: (name) => store.remove('state', ownKey(name)),
    },
  };
}
