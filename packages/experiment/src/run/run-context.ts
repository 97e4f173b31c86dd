import { setImmediate } from 'node:timers/promises';
import type { Checkpoints, Progress, RunContext } from '../context.ts';
import { RunError } from '../errors.ts';
import type { State, Storable } from '../values.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { createRecorder, type Recorder, type RecorderParts } from './recorder.ts';

/** What a context reports to. */
export interface RunParts extends RecorderParts {
  readonly settings: Record<string, unknown>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly store: CheckpointStore;
  /** Time that the run has taken so far, over all its sessions. */
  seconds(): number;
  onProgress(progress: Progress): void;
}

export interface RunningContext {
  readonly context: RunContext<Record<string, unknown>>;
  /** Ends when everything that was put out is on the disk. */
  settle(): Promise<void>;
}

export function createContext(parts: RunParts): RunningContext {
  const recorder = createRecorder(parts);
  const scope: Scope = { unit: undefined, states: new Set() };
  const { settings, seed, signal } = parts;
  const context: RunContext<Record<string, unknown>> = {
    settings,
    seed,
    signal,
    log: recorder.log,
    progress: (progress) => parts.onProgress(progress),
    figure(name, figure) {
      const drawn = recorder.figure(name, figure);
      drawn.catch(() => undefined);
      return drawn;
    },
    table: recorder.table,
    artifact: recorder.artifact,
    unit: createUnits(parts, recorder, scope),
    checkpoints: createCheckpoints(parts, recorder, scope),
  };
  return { context, settle: recorder.settle };
}

/** The unit at work, and the states that it has saved or loaded. */
interface Scope {
  unit: string | undefined;
  readonly states: Set<string>;
}

interface Saved {
  readonly kind: 'unit' | 'state';
  readonly key: string;
  readonly value: unknown;
}

async function save({ store, outputs, seconds }: RunParts, recorder: Recorder, saved: Saved): Promise<unknown> {
  const put = await recorder.put();
  await outputs.flush();
  return store.save({ ...saved, put, seconds: seconds() });
}

function createUnits(parts: RunParts, recorder: Recorder, scope: Scope) {
  const { signal, store } = parts;
  const seen = new Set<string>();

  async function valueFor<T>(key: string, work: () => Promise<T>): Promise<T> {
    const stored = await store.load('unit', key);
    if (stored !== undefined) {
      await recorder.restore(stored.put);
      return stored.value as T;
    }
    scope.states.clear();
    const kept = await save(parts, recorder, { kind: 'unit', key, value: await work() });
    for (const state of scope.states) await store.remove('state', state);
    signal.throwIfAborted();
    return kept as T;
  }

  return async function unit<T>(key: string, work: () => Promise<T & Storable<T>>): Promise<T> {
    if (scope.unit !== undefined) {
      throw new RunError(
        `experiment: unit "${key}" began inside or beside unit "${scope.unit}"; await one, then begin the next`,
      );
    }
    if (seen.has(key)) throw new RunError(`experiment: two units are called "${key}"; give each its own key`);
    seen.add(key);
    scope.unit = key;
    recorder.enter();
    try {
      // A turn of the event loop, so that Ctrl-C is heard even between units that never wait for anything.
      await setImmediate();
      signal.throwIfAborted();
      return await valueFor<T>(key, work);
    } finally {
      recorder.leave();
      scope.unit = undefined;
    }
  };
}

function createCheckpoints(parts: RunParts, recorder: Recorder, scope: Scope): Checkpoints {
  const { signal, store } = parts;
  // A unit's keys are its own: what another one may have left behind is never taken for its state.
  const ownKey = (key: string) => (scope.unit === undefined ? key : `${scope.unit}\0${key}`);
  return {
    async load(name) {
      const key = ownKey(name);
      const stored = await store.load('state', key);
      if (stored === undefined) return undefined;
      scope.states.add(key);
      await recorder.restore(stored.put);
      return stored.value as State;
    },
    async save(name, { meta, arrays }) {
      const key = ownKey(name);
      await save(parts, recorder, { kind: 'state', key, value: { meta, arrays } });
      scope.states.add(key);
      signal.throwIfAborted();
    },
    remove: (name) => store.remove('state', ownKey(name)),
  };
}
