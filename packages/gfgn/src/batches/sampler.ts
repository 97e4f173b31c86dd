import type { Random } from '@unbraid/kernels';
import type { Structure } from '../structure.ts';
import { type Batch, nodeTables, tablesOf } from './batch.ts';

/** Draws batches around nodes. */
export interface Sampler {
  /**
   * The batch of `targets` and of what is sampled around them.
   * @param targets nodes of the graph, each once
   * @param fanOuts how many neighbours a node hears of, hop after hop from the targets on; `Infinity` for all
   */
  around(targets: Int32Array, fanOuts: readonly number[], random: Random): Batch;
}

/**
 * Neighbour sampling (Hamilton et al. 2017, algorithm 2): each node within all hops but the last hears of so many of its neighbours, drawn evenly without
 * putting back, or of all where it has no more. A node is drawn for once, however often it is met. Time and memory are those of the batch.
 */
export function createSampler(structure: Structure): Sampler {
  const { open } = structure;
  const tables = nodeTables(structure);
  // The number in the batch of each node that is in it, else −1. It is cleaned after each batch.
  const placeOf = new Int32Array(open.rows).fill(-1);
  return {
    around(targets, fanOuts, random) {
      const nodes = growing(Math.max(16, 4 * targets.length));
      const add = (node: number): number => {
        if (placeOf[node]! >= 0) return placeOf[node]!;
        placeOf[node] = nodes.length;
        nodes.push(node);
        return placeOf[node]!;
      };
      targets.forEach(add);
      const within = [nodes.length];
      const starts = growing(targets.length + 1);
      const columns = growing(8 * targets.length);
      const entries = growing(8 * targets.length);
      const weights: number[] = [];
      starts.push(0);
      let from = 0;
      for (const fanOut of fanOuts) {
        const to = nodes.length;
        for (let i = from; i < to; i++) {
          const [row, end] = [open.starts[nodes.at(i)]!, open.starts[nodes.at(i) + 1]!];
          const taken = drawPlaces(end - row, fanOut, random);
          const scale = (end - row) / taken.length;
          const heard = taken.map((at) => add(open.columns[row + at]!));
          const order = ascending(heard);
          for (const k of order) {
            columns.push(heard[k]!);
            entries.push(row + taken[k]!);
            weights.push(open.values[row + taken[k]!]! * scale);
          }
          starts.push(columns.length);
        }
        from = to;
        within.push(nodes.length);
      }
      const all = nodes.finish();
      for (const node of all) placeOf[node] = -1;
      return {
        ...{ nodes: all, within, starts: starts.finish(), columns: columns.finish() },
        entries: entries.finish(),
        weights: Float32Array.from(weights),
        tables: tablesOf(tables, all),
      };
    },
  };
}

/** Numbers below `size`, all of them or `count` drawn evenly (Floyd's algorithm: Bentley and Floyd 1987). */
function drawPlaces(size: number, count: number, random: Random): Int32Array {
  const drawn = new Int32Array(Math.min(size, count));
  if (size <= count) {
    for (let i = 0; i < size; i++) drawn[i] = i;
    return drawn;
  }
  for (let i = 0; i < count; i++) {
    const last = size - count + i;
    const at = random.int(last + 1);
    drawn[i] = drawn.subarray(0, i).includes(at) ? last : at;
  }
  return drawn;
}

/** Rows up to so many are sorted in place, which takes less than a sort by comparison. */
const SHORT = 32;

/** In which order numbers ascend. */
function ascending(numbers: Int32Array): Int32Array {
  const order = new Int32Array(numbers.length);
  if (numbers.length > SHORT) return order.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!);
  for (let i = 0; i < numbers.length; i++) {
    let at = i;
    while (at > 0 && numbers[order[at - 1]!]! > numbers[i]!) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = i;
  }
  return order;
}

/** Whole numbers one after another. */
function growing(room: number) {
  let data = new Int32Array(Math.max(1, room));
  let length = 0;
  return {
    get length() {
      return length;
    },
    at: (i: number): number => data[i]!,
    push(value: number) {
      if (length === data.length) {
        const larger = new Int32Array(2 * length);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    finish: () => data.slice(0, length),
  };
}
