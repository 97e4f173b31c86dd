import type { Progress, RunContext, UnitsOptions } from '../context.ts';
import { RunError } from '../errors.ts';
import type { OpenExecutor } from '../workers/executor.ts';
import { arrivals } from './arrivals.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { collectUnits } from './collect-units.ts';
import { type GroupProgress, groupProgress } from './group-progress.ts';
import type { UnitScope } from './unit-scope.ts';

interface UnitsParts {
  readonly scope: UnitScope;
  readonly store: CheckpointStore;
  /** Where independent units are done; in this process where there is none. */
  readonly executor: OpenExecutor | undefined;
  onProgress(progress: Progress): void;
}

/** A group's units, whatever their types. */
interface Group {
  readonly keys: readonly string[];
  work(index: number): Promise<unknown>;
  take(value: unknown, index: number): void | Promise<void>;
  readonly options: UnitsOptions;
}

/** How far a group has come. */
interface Standing {
  readonly progress: GroupProgress;
  /** Units that `take` has had, by their indexes. */
  readonly had: ReadonlySet<number>;
  /** Keys of units that are neither done nor had. */
  readonly missing: Set<string>;
}

/** What this process leaves of a group to an executor. */
interface Rest {
  readonly open: OpenExecutor;
  /** Index of the first unit that it leaves. */
  readonly from: number;
  /** The group's. */
  readonly number: number;
  readonly before: readonly string[];
}

type Units = Pick<RunContext<unknown>, 'unit' | 'units' | 'eachUnit' | 'progress'>;

/** Units of a run as the process has them that holds its directory. */
export function createUnits(parts: UnitsParts): Units {
  const { scope, store, executor } = parts;
  const seen = new Set<string>();
  /** Units whose checkpoints don't stay. */
  const passing = new Set<string>();
  let groups = 0;
  /** Of a unit of a group. */
  let onUnitProgress: ((progress: Progress) => void) | undefined;

  function begin(key: string): void {
    if (seen.has(key)) throw new RunError(`experiment: two units are called "${key}"; give each its own key`);
    seen.add(key);
  }

  /** Which units `take` has had, whose checkpoints are of no use any more. */
  async function hadOf({ keys, options: { has } }: Group): Promise<ReadonlySet<number>> {
    const had = new Set<number>();
    if (has === undefined) return had;
    for (const [index, key] of keys.entries()) {
      if (!(await has(index))) continue;
      had.add(index);
      if (store.has('unit', key)) await store.remove('unit', key);
    }
    return had;
  }

  async function taken({ keys, take, options }: Group, value: unknown, index: number): Promise<void> {
    await take(value, index);
    if (options.has !== undefined && (await options.has(index))) await store.remove('unit', keys[index]!);
  }

  const valueFor = async (key: string, work: () => Promise<unknown>) => {
    const restored = await scope.restored(key);
    return restored === undefined ? scope.kept(key, work) : restored.value;
  };

  const passingFor = async (key: string, work: () => Promise<unknown>) => {
    const restored = await scope.restored(key);
    return restored === undefined ? work() : restored.value;
  };

  /** Returns the index of the first unit that it leaves to the executor. */
  async function here(group: Group, { progress, had, missing }: Standing): Promise<number> {
    const { keys, work, options } = group;
    // What `take` keeps needs no checkpoint where it is made.
    const madeFor = options.has === undefined ? valueFor : passingFor;
    let seconds: number | undefined;
    for (const [index, key] of keys.entries()) {
      if (had.has(index)) continue;
      if (missing.has(key) && executor?.pays?.(missing.size, seconds)) return index;
      const began = performance.now();
      onUnitProgress = (told) => progress.unit(key, told);
      progress.begin(key);
      try {
        await taken(group, await scope.within(key, () => madeFor(key, () => work(index))), index);
      } finally {
        onUnitProgress = undefined;
      }
      progress.done(key);
      if (missing.delete(key)) seconds = (performance.now() - began) / 1000;
    }
    return keys.length;
  }

  async function elsewhere(group: Group, { progress, had, missing }: Standing, rest: Rest): Promise<void> {
    const { keys } = group;
    for (const key of keys) if (!missing.has(key)) progress.done(key);
    const perform = (wanted: readonly string[]) =>
      arrivals((onArrival) =>
        rest.open.perform(
          { group: rest.number, keys: wanted, before: rest.before },
          {
            onDone(key) {
              progress.done(key);
              onArrival(key);
            },
            onProgress: (key, told) => progress.unit(key, told),
          },
        ),
      );
    const arriving = perform([...missing]);
    for (let index = rest.from; index < keys.length; index++) {
      if (had.has(index)) continue;
      const key = keys[index]!;
      if (missing.has(key)) await arriving.of(key);
      const value = await scope.within(key, async () => {
        const restored = await scope.restored(key);
        if (restored !== undefined) return restored.value;
        // Its file can't be used: it was damaged before this session, or on the way.
        await perform([key]).of(key);
        const again = await scope.restored(key);
        if (again === undefined)
          throw new RunError(`experiment: unit "${key}" was done twice, and its file can't be used`);
        return again.value;
      });
      await taken(group, value, index);
    }
    await arriving.end;
  }

  async function perform(group: Group): Promise<void> {
    const { keys, options } = group;
    if (scope.current !== undefined)
      throw new RunError(`experiment: units began inside or beside unit "${scope.current}"; await it first`);
    const before = [...seen].filter((key) => !passing.has(key));
    for (const key of keys) begin(key);
    if (options.has !== undefined) for (const key of keys) passing.add(key);
    const number = groups++;
    const progress = groupProgress(keys.length, options, parts.onProgress);
    const had = await hadOf(group);
    for (const index of had) progress.done(keys[index]!);
    const missing = new Set(executor && keys.filter((key, index) => !had.has(index) && !store.has('unit', key)));
    const standing = { progress, had, missing };
    const takesAll = executor !== undefined && executor.pays === undefined;
    const from = takesAll ? 0 : await here(group, standing);
    if (executor !== undefined && from < keys.length)
      await elsewhere(group, standing, { open: executor, from, number, before });
  }

  const eachUnit: Units['eachUnit'] = (items, keyOf, work, take, options = {}) =>
    perform({
      keys: items.map(keyOf),
      work: (index) => work(items[index]!, index),
      take: (value, index) => take(value as never, items[index]!, index),
      options,
    });

  return {
    async unit<T>(key: string, work: () => Promise<unknown>) {
      return (await scope.within(key, () => {
        begin(key);
        return valueFor(key, work);
      })) as T;
    },
    units: collectUnits(eachUnit),
    eachUnit,
    progress: (told) => (onUnitProgress ?? parts.onProgress)(told),
  };
}
