import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Checkpoints, Figure, Progress, RunContext, Table } from '../context.ts';
import { RunError } from '../errors.ts';
import { renderFigure } from '../figures/render.ts';
import type { Stamp } from '../stored/checkpoint-file.ts';
import type { Scalars, State, Storable } from '../values.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { runFiles } from './config.ts';
import type { Metrics } from './metrics.ts';
import { checkOutputName, type OutputsWriter } from './outputs.ts';
import type { WriteFile } from './write-file.ts';

/** What a context reports to. */
export interface RunParts {
  readonly directory: string;
  readonly settings: Record<string, unknown>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly metrics: Metrics;
  readonly store: CheckpointStore;
  readonly outputs: OutputsWriter;
  readonly writeFile: WriteFile;
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
  const { settings, seed, signal, metrics, outputs } = parts;
  const stamp = (): Stamp => ({ ...metrics.stamp(), seconds: parts.seconds() });
  const figures: Promise<void>[] = [];
  const scope: Scope = { unit: undefined, states: new Set() };

  const context: RunContext<Record<string, unknown>> = {
    settings,
    seed,
    signal,
    log: (record: Scalars) => metrics.log(record),
    progress: (progress: Progress) => parts.onProgress(progress),
    figure(name: string, figure: Figure) {
      const drawn = drawFigure(parts, name, figure);
      figures.push(drawn);
      // An experiment need not wait for its figures; a failure comes out in settle.
      drawn.catch(() => undefined);
      return drawn;
    },
    table: (name: string, table: Table) => outputs.addTable(copyTable(name, table)),
    unit: createUnits(parts, stamp, scope),
    checkpoints: createCheckpoints(parts, stamp, scope),
  };

  return {
    context,
    async settle() {
      await Promise.all(figures);
      await outputs.flush();
    },
  };
}

function copyTable(name: string, { title, caption, columns, rows }: Table) {
  const shared = { name, title, columns: [...columns], rows: rows.map((row) => row.map(plainNumber)) };
  return caption === undefined ? shared : { ...shared, caption };
}

function plainNumber(value: string | number): string | number {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

async function drawFigure({ directory, outputs, writeFile }: RunParts, name: string, figure: Figure): Promise<void> {
  checkOutputName('figure', name);
  // Before any waiting: figures stand in the report in the order in which they were asked for.
  outputs.addFigure({ name, title: figure.title, caption: figure.caption });
  const svg = await renderFigure(name, figure);
  await writeFile(join(directory, runFiles.figures, `${name}.svg`), svg);
}

/** The unit at work, and the states that it has saved or loaded. */
interface Scope {
  unit: string | undefined;
  readonly states: Set<string>;
}

function createUnits({ signal, metrics, store, outputs }: RunParts, stamp: () => Stamp, scope: Scope) {
  const seen = new Set<string>();

  return async function unit<T>(key: string, work: () => Promise<T & Storable<T>>): Promise<T> {
    if (scope.unit !== undefined) {
      throw new RunError(
        `experiment: unit "${key}" began inside or beside unit "${scope.unit}"; await one, then begin the next`,
      );
    }
    if (seen.has(key)) throw new RunError(`experiment: two units are called "${key}"; give each its own key`);
    seen.add(key);
    scope.unit = key;
    try {
      // A turn of the event loop, so that Ctrl-C is heard even between units that never wait for anything.
      await setImmediate();
      signal.throwIfAborted();
      const stored = await store.load('unit', key);
      if (stored !== undefined) return stored.value as T;
      scope.states.clear();
      const value = await inScope(metrics, key, work);
      await outputs.flush();
      const kept = await store.save('unit', { key, value, stamp: stamp() });
      for (const state of scope.states) await store.remove('state', state);
      signal.throwIfAborted();
      return kept as T;
    } finally {
      scope.unit = undefined;
    }
  };
}

async function inScope<T>(metrics: Metrics, unit: string, work: () => Promise<T>): Promise<T> {
  metrics.enter(unit);
  try {
    return await work();
  } finally {
    metrics.leave();
  }
}

function createCheckpoints(parts: RunParts, stamp: () => Stamp, scope: Scope): Checkpoints {
  const { signal, metrics, store, outputs } = parts;
  const savedNow = new Set<string>();
  // A unit's keys are its own: what another one may have left behind is never taken for its state.
  const ownKey = (key: string) => (scope.unit === undefined ? key : `${scope.unit}\0${key}`);
  return {
    async load(name) {
      const key = ownKey(name);
      const stored = await store.load('state', key);
      if (stored === undefined) return undefined;
      scope.states.add(key);
      if (!savedNow.has(key)) metrics.moveTo(stored.stamp);
      return stored.value as State;
    },
    async save(name, { meta, arrays }) {
      const key = ownKey(name);
      await outputs.flush();
      await store.save('state', { key, value: { meta, arrays }, stamp: stamp() });
      savedNow.add(key);
      scope.states.add(key);
      signal.throwIfAborted();
    },
    remove: (name) => store.remove('state', ownKey(name)),
  };
}
