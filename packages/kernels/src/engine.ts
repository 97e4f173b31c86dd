import { InputError } from '@unbraid/checks';
import type { Arena } from './arena/arena.ts';
import { rejectDetached } from './reject-detached.ts';
import { type Calls, MOST_PARTS, type Team } from './threads/team.ts';
import type { WasmExports } from './wasm/exports.ts';
import { type EngineChoice, instantiate } from './wasm/instantiate.ts';

/** A kernel on items that don't depend on each other: entries, rows, neurons, features. */
export interface Task<K extends keyof WasmExports> {
  readonly kernel: K;
  readonly items: number;
  /** Parts begin at multiples of so many items. Default 1. */
  readonly unit?: number;
  /** About how long all of it takes on one thread. */
  readonly nanoseconds: number;
  /** Where parts begin, and the end, when there are to be so many at most. By default they are equal. */
  readonly edges?: (parts: number) => readonly number[];
  /** The arguments for the items from `from` until `to`. */
  readonly args: (from: number, to: number) => Parameters<WasmExports[K]>;
  readonly scratch?: NonNullable<Calls['scratch']>;
}

/** Chooses between wasm and the scalar twins for each call, and between one thread and several. */
export interface Engine {
  readonly name: 'wasm' | 'scalar';
  /** Threads that a kernel may run on: 1 without a team. */
  readonly threads: number;
  /**
   * The wasm kernels when they can run on all of `views`, that is when each lies in the arena's memory; otherwise
   * undefined, which asks for the scalar twin.
   *
   * @throws StateError when a view is detached, as by growth of the arena
   */
  nativeFor(...views: readonly ArrayBufferView[]): WasmExports | undefined;
  /**
   * Runs a kernel whose arrays all lie in the arena (`nativeFor`), on the team's threads where there is work enough, and returns what it returned
   * for each part, in their order.
   *
   * @throws InternalError when a thread failed
   */
  run<K extends keyof WasmExports>(task: Task<K>): readonly number[];
}

/** Parts for each thread: one that wakes late, or shares its core, leaves some to the others. */
const PARTS_FOR_A_THREAD = 4;

/** A part is worth taking when it takes so many nanoseconds. */
const LEAST_PART = 2000;

/** @throws InputError for a team that works in another arena */
export function createEngine(arena: Arena, choice: EngineChoice, team?: Team): Engine {
  if (team && team.arena !== arena)
    throw new InputError(
      'setting',
      'kernels: the team works in another arena; make it by createTeam({ arena }) with this one',
    );
  const wasm = instantiate(choice, () => arena.memory)?.exports;
  const threads = (wasm && team?.threads) ?? 1;
  const partsFor = ({ nanoseconds, items, unit = 1 }: Pick<Task<never>, 'nanoseconds' | 'items' | 'unit'>): number => {
    if (threads === 1 || nanoseconds <= team!.leastWork) return 1;
    return Math.min(
      Math.ceil(items / unit),
      Math.max(threads, Math.min(threads * PARTS_FOR_A_THREAD, Math.floor(nanoseconds / LEAST_PART))),
      MOST_PARTS,
    );
  };
  return {
    name: wasm ? 'wasm' : 'scalar',
    threads,
    nativeFor(...views) {
      let native = wasm;
      for (const view of views) {
        if (arena.has(view)) continue;
        rejectDetached(view);
        native = undefined;
      }
      return native;
    },
    run(task) {
      const { kernel, items, args } = task;
      const parts = partsFor(task);
      if (parts <= 1 && !task.edges) {
        const call = wasm![kernel] as (...args: readonly number[]) => unknown;
        return [Number(call(...args(0, items)))];
      }
      const edges = task.edges?.(parts) ?? evenly(items, task.unit ?? 1, parts);
      const calls: Parameters<WasmExports[typeof kernel]>[] = [];
      for (let i = 1; i < edges.length; i++) if (edges[i]! > edges[i - 1]!) calls.push(args(edges[i - 1]!, edges[i]!));
      if (parts > 1 && calls.length > 1)
        return runTogether(team!, { kernel, args: calls, ...(task.scratch && { scratch: task.scratch }) });
      const call = wasm![kernel] as (...args: readonly number[]) => unknown;
      return calls.map((own) => Number(call(...own)));
    },
  };
}

function runTogether(team: Team, { args, ...calls }: Calls): readonly number[] {
  if (args.length <= MOST_PARTS) return team.run({ ...calls, args });
  const results: number[] = [];
  for (let at = 0; at < args.length; at += MOST_PARTS)
    results.push(...team.run({ ...calls, args: args.slice(at, at + MOST_PARTS) }));
  return results;
}

function evenly(items: number, unit: number, parts: number): number[] {
  const units = Math.ceil(items / unit);
  return Array.from({ length: parts + 1 }, (_, i) => Math.min(items, unit * Math.round((i * units) / parts)));
}
