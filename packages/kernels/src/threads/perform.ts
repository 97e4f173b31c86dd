import { ALIGNMENT } from '../arena/arena.ts';
import type { Scratch } from '../arena/scratch.ts';
import { rejectDetached } from '../reject-detached.ts';
import type { WasmExports } from '../wasm/exports.ts';
import { copyFeatures, placeFeatures } from './features.ts';
import { divide, type Team } from './team.ts';

export type Numeric = Float32Array | Float64Array | Int32Array;

/** A kernel that treats each of `width` features apart from the others, on arrays with rows of so many. */
export interface Task<K extends keyof WasmExports> {
  readonly kernel: K;
  readonly width: number;
  /** Multiply-adds of a feature. */
  readonly work: number;
  /** Arrays that it reads which have no features, such as tables. */
  readonly tables: readonly Numeric[];
  /** Arrays of rows of features that it reads. */
  readonly operands: readonly Numeric[];
  /** Room for rows of features, of any content before and after. */
  readonly room?: Numeric;
  /** Arrays of rows of features whose every entry it writes. */
  readonly results: readonly Numeric[];
  /** The arguments, of the addresses of all these in their order and the features of a row. */
  args(addresses: readonly number[], width: number): Parameters<WasmExports[K]>;
}

/**
 * Runs a kernel on the team's threads, each on its part of the features, in copies: a thread that walked its part of longer rows would
 * use half of the lines of its cache.
 *
 * @param scratch in the team's memory
 * @throws Error when an array is detached, or a thread failed
 */
export function performTogether<K extends keyof WasmExports>(team: Team, scratch: Scratch, task: Task<K>): void {
  const { width, tables, operands, room, results } = task;
  const edges = divide(width, task.work * width < team.leastWork ? 1 : team.threads);
  const rooms = room ? [room] : [];
  const elsewhere = [...tables, ...rooms].filter(({ buffer }) => buffer !== team.arena.buffer);
  const copied = [...elsewhere, ...operands, ...results];
  for (const array of copied) rejectDetached(array);
  const addresses = place(scratch, copied);
  const addressOf = (array: Numeric) => addresses.get(array) ?? array.byteOffset;
  const view = (array: Numeric) => {
    const Kind = array.constructor as Float32ArrayConstructor;
    return new Kind(team.arena.buffer, addressOf(array), array.length);
  };
  for (const table of tables) if (addresses.has(table)) view(table).set(table as never);
  for (const operand of operands) copyFeatures(operand, view(operand), edges);
  const parts = edges.slice(1).map((edge, i) => ({ first: edges[i]!, width: edge - edges[i]! }));
  team.run(
    parts.map(({ first, width: own }) => {
      // Part after part, each with all its rows: what comes before a part has `first` features of each row.
      const ofPart = (array: Numeric) => addressOf(array) + (first / width) * array.byteLength;
      const split = [...operands, ...rooms, ...results].map(ofPart);
      return { kernel: task.kernel, args: task.args([...tables.map(addressOf), ...split], own) };
    }),
  );
  for (const result of results) placeFeatures(view(result), result, edges);
}

/** Where arrays come in the scratch, one after another. */
function place(scratch: Scratch, arrays: readonly Numeric[]): Map<Numeric, number> {
  let bytes = 0;
  const offsets = arrays.map(({ byteLength }) => {
    const offset = bytes;
    bytes += Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    return offset;
  });
  const base = scratch.reserve(bytes);
  return new Map(arrays.map((array, i) => [array, base + offsets[i]!]));
}
