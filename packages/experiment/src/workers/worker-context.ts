import type { RunContext } from '../context.ts';
import { RunError } from '../errors.ts';
import { type CheckpointStore, checkpointFile } from '../run/checkpoint-store.ts';
import { collectUnits } from '../run/collect-units.ts';
import { openOutputs } from '../run/outputs.ts';
import { createRecorder } from '../run/recorder.ts';
import { createScope, type ScopeParts } from '../run/unit-scope.ts';
import { failureOf } from './failure.ts';
import { memoryMetrics } from './memory-metrics.ts';
import type { WorkerPort } from './protocol.ts';

/** What a worker's context is made of. */
export interface WorkerParts {
  readonly settings: Record<string, unknown>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly store: CheckpointStore;
  readonly port: WorkerPort;
  seconds(): number;
  /** The unit to do next, which stays the next until `taken`. */
  next(): Promise<{ readonly group: number; readonly key: string }>;
  taken(): void;
}

/** A context whose groups of units do those that they are given, and in which nothing outside of units is put out. */
export function createWorkerContext(parts: WorkerParts): RunContext<Record<string, unknown>> {
  const { settings, seed, signal, port, store } = parts;
  const nothing = async () => undefined;
  // A unit's own, so that nothing of it is held when it is done.
  const fresh = () =>
    createRecorder({ metrics: memoryMetrics(parts.seconds), outputs: openOutputs('', nothing), writeOutput: nothing });
  let recorder = fresh();
  const ofUnit: ScopeParts['recorder'] = {
    enter(key) {
      recorder = fresh();
      recorder.enter(key);
    },
    leave: () => recorder.leave(),
    put: () => recorder.put(),
    restore: (put) => recorder.restore(put),
  };
  const scope = createScope({
    recorder: ofUnit,
    store: announced(store, port, () => scope.current),
    signal,
    seconds: parts.seconds,
    flush: nothing,
  });
  let groups = 0;

  /** Of a unit before: its value, which its run has. */
  async function stored(key: string): Promise<unknown> {
    const restored = await scope.within(key, () => scope.restored(key));
    if (restored === undefined) throw new RunError(`experiment: the value of unit "${key}" is not here`);
    return restored.value;
  }

  async function perform(key: string, work: () => Promise<unknown>): Promise<void> {
    const began = performance.now();
    try {
      await scope.within(key, async () => (await scope.restored(key)) ?? scope.kept(key, work));
    } catch (error) {
      if (signal.aborted) throw error;
      port.send({ type: 'failed', key, ...failureOf(error) });
      return;
    }
    const seconds = (performance.now() - began) / 1000;
    port.send({ type: 'done', key, file: checkpointFile('unit', key), seconds });
  }

  async function serve(group: number, indexes: ReadonlyMap<string, number>, work: (index: number) => Promise<unknown>) {
    for (;;) {
      const wanted = await parts.next();
      if (wanted.group !== group) return;
      parts.taken();
      const index = indexes.get(wanted.key);
      if (index === undefined) throw new RunError(`experiment: group ${group} has no unit "${wanted.key}" here`);
      await perform(wanted.key, () => work(index));
    }
  }

  const eachUnit: RunContext<unknown>['eachUnit'] = async (items, keyOf, work, take, { has } = {}) => {
    const keys = items.map(keyOf);
    const indexes = new Map(keys.map((key, index) => [key, index]));
    await serve(groups++, indexes, (index) => work(items[index]!, index));
    // What `take` keeps is kept where the run is.
    if (has !== undefined) return;
    // What follows may depend on the values, and is come to only where a later group is asked for.
    for (const [index, key] of keys.entries()) await take((await stored(key)) as never, items[index]!, index);
  };

  const inUnit = () => scope.current !== undefined;
  return {
    settings,
    seed,
    signal,
    log(record) {
      if (inUnit()) recorder.log(record);
    },
    progress(progress) {
      if (scope.current !== undefined) port.send({ type: 'progress', key: scope.current, progress });
    },
    figure: async (name, figure) => (inUnit() ? recorder.figure(name, figure) : undefined),
    table(name, table) {
      if (inUnit()) recorder.table(name, table);
    },
    artifact: async (name, bytes) => (inUnit() ? recorder.artifact(name, bytes) : undefined),
    async unit<T>(key: string) {
      // It is done once a unit behind it is asked for.
      await parts.next();
      return (await stored(key)) as T;
    },
    units: collectUnits(eachUnit),
    eachUnit,
    checkpoints: scope.checkpoints,
  };
}

/** Tells of states that are written and removed. */
function announced(store: CheckpointStore, port: WorkerPort, current: () => string | undefined): CheckpointStore {
  const tell = (kind: 'unit' | 'state', key: string, removed: boolean) => {
    const unit = current();
    if (kind !== 'state' || unit === undefined) return;
    port.send({ type: 'state', key: unit, file: checkpointFile(kind, key), ...(removed && { removed }) });
  };
  return {
    ...store,
    async save(checkpoint) {
      const kept = await store.save(checkpoint);
      tell(checkpoint.kind, checkpoint.key, false);
      return kept;
    },
    async remove(kind, key) {
      await store.remove(kind, key);
      tell(kind, key, true);
    },
  };
}
