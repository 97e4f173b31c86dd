import { setImmediate } from 'node:timers/promises';
import type { Progress, RunContext, UnitsOptions } from '../context.ts';
import { RunError } from '../errors.ts';
import { startClock } from '../run/clock.ts';
import { collectUnits } from '../run/collect-units.ts';
import { groupProgress } from '../run/group-progress.ts';
import { copied } from '../stored/copied.ts';
import { decodeValue, encodeValue } from '../stored/encode.ts';
import type { JsonValue, Scalars, State, StoredArray } from '../values.ts';
import type { Rival } from './prune.ts';

/** An experiment inside a unit of another. */
export interface Nested {
  contextOf<Settings>(settings: Settings): RunContext<Settings>;
  /** Time that it has taken, also before an interruption. */
  seconds(): number;
  /** What it logged of the compared number, a number for each step. */
  curve(): Float64Array;
  /** Whether it was told to stop because it was behind others. */
  isPruned(): boolean;
  /** Throws what the outer context threw: a disk that is full. */
  throwIfBroken(): void;
}

/** What an experiment is nested with. */
export interface NestedParts {
  readonly outer: RunContext<unknown>;
  readonly trial: number;
  readonly seed: number;
  /** Put into every line it logs, with the trial's number and seed; a member of the line that is called so is there as `own.name`. */
  readonly labels: Scalars;
  /** Whether figures, tables and artifacts are put out, with the trial's number before their names. */
  readonly outputs: boolean;
  readonly rival: Rival | undefined;
}

/** What a state of the nested experiment is wrapped in, so that its time and curve come back with it. */
interface Wrapped {
  readonly seconds: number;
  readonly curve: readonly number[];
  readonly meta: JsonValue;
}

/**
 * Nests an experiment in the unit at work: its units become states of that unit, so that one that was killed goes on where it was; its states are kept under
 * the names of its units; its lines are logged with the trial's number, seed and settings; its progress is the unit's.
 */
export function nest({ outer, trial, seed, labels, outputs, rival }: NestedParts): Nested {
  const all = { ...labels, trial, seed };
  const clock = startClock(0);
  const stop = new AbortController();
  const signal = AbortSignal.any([outer.signal, stop.signal]);
  let curve: number[] = [];
  let broken: { readonly error: unknown } | undefined;
  let current: string | undefined;
  let ownStates = new Set<string>();
  const seen = new Set<string>();
  let onProgress = (progress: Progress) => outer.progress(progress);

  /** Whatever the outer context throws is no fault of the experiment's. */
  async function guarded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      broken ??= { error };
      throw error;
    }
  }

  async function load(key: string): Promise<State | undefined> {
    const state = await guarded(() => outer.checkpoints.load(key));
    if (state === undefined) return undefined;
    const { seconds, curve: before, meta } = state.meta as unknown as Wrapped;
    clock.before(seconds);
    // One that was saved on the way here, such as the best of a fit, takes nothing back.
    if (before.length > curve.length) curve = [...before];
    return { meta, arrays: state.arrays };
  }

  async function save(key: string, meta: JsonValue, arrays: Readonly<Record<string, StoredArray>>): Promise<void> {
    const wrapped: Wrapped = { seconds: clock.seconds(), curve, meta };
    await guarded(() => outer.checkpoints.save(key, { meta: wrapped as unknown as JsonValue, arrays }));
    signal.throwIfAborted();
  }

  const stateKey = (name: string) => `state\0${current ?? ''}\0${name}`;

  async function within<T>(key: string, action: () => Promise<T>): Promise<T> {
    if (current !== undefined) {
      throw new RunError(
        `experiment: unit "${key}" began inside or beside unit "${current}"; await one, then begin the next`,
      );
    }
    if (seen.has(key)) throw new RunError(`experiment: two units are called "${key}"; give each its own key`);
    seen.add(key);
    current = key;
    ownStates = new Set();
    try {
      await setImmediate();
      signal.throwIfAborted();
      return await action();
    } finally {
      current = undefined;
    }
  }

  async function unit<T>(key: string, work: () => Promise<unknown>): Promise<T> {
    return (await within(key, async () => {
      const stored = await load(`unit\0${key}`);
      if (stored !== undefined) return decodeValue({ json: stored.meta, arrays: stored.arrays });
      const { json, arrays } = encodeValue(await work(), `unit "${key}"`);
      const copies = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, copied(array)]));
      await save(`unit\0${key}`, json, copies);
      for (const state of ownStates) await guarded(() => outer.checkpoints.remove(state));
      return decodeValue({ json, arrays: copies });
    })) as T;
  }

  async function eachUnit<I, T>(
    items: readonly I[],
    keyOf: (item: I, index: number) => string,
    work: (item: I, index: number) => Promise<unknown>,
    take: (value: T, item: I, index: number) => void | Promise<void>,
    options: UnitsOptions = {},
  ): Promise<void> {
    const outside = onProgress;
    const group = groupProgress(items.length, options, outside);
    try {
      for (const [index, item] of items.entries()) {
        const key = keyOf(item, index);
        onProgress = (told) => group.unit(key, told);
        group.begin(key);
        const value = await unit<T>(key, () => work(item, index));
        onProgress = outside;
        await take(value, item, index);
        group.done(key);
      }
    } finally {
      onProgress = outside;
    }
  }

  function log(record: Scalars): void {
    // What a trial that was stopped says until it hears of it depends on when it does.
    if (stop.signal.aborted) return;
    outer.log(labelled(record));
    const value = rival?.read(record);
    if (value === undefined) return;
    curve.push(value);
    if (rival?.isBehind(curve)) stop.abort();
  }

  function labelled(record: Scalars): Scalars {
    const own = Object.entries(record).map(([key, value]) => [Object.hasOwn(all, key) ? `own.${key}` : key, value]);
    return { ...all, ...Object.fromEntries(own) };
  }

  const named = (name: string) => `trial-${trial}-${name}`;
  const contextOf = <Settings>(settings: Settings): RunContext<Settings> => ({
    settings,
    seed,
    signal,
    log,
    progress: (told) => onProgress(told),
    figure: async (name, figure) => (outputs ? guarded(() => outer.figure(named(name), figure)) : undefined),
    table(name, table) {
      if (outputs) outer.table(named(name), { ...table, title: `Trial ${trial}: ${table.title}` });
    },
    artifact: async (name, bytes) => (outputs ? guarded(() => outer.artifact(named(name), bytes)) : undefined),
    unit: (key, work) => unit(key, work),
    units: collectUnits(eachUnit),
    eachUnit,
    checkpoints: {
      async load(name) {
        const key = stateKey(name);
        const state = await load(key);
        if (state !== undefined) ownStates.add(key);
        return state;
      },
      async save(name, { meta, arrays }) {
        const key = stateKey(name);
        ownStates.add(key);
        await save(key, meta, arrays);
      },
      async remove(name) {
        await guarded(() => outer.checkpoints.remove(stateKey(name)));
      },
    },
  });

  return {
    contextOf,
    seconds: clock.seconds,
    curve: () => Float64Array.from(curve),
    isPruned: () => stop.signal.aborted,
    throwIfBroken() {
      if (broken !== undefined) throw broken.error;
    },
  };
}
