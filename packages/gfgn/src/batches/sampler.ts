import type { Csr, Random } from '@unbraid/kernels';
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
      const weights: number[] = [];
      starts.push(0);
      let from = 0;
      for (const fanOut of fanOuts) {
        const to = nodes.length;
        for (let i = from; i < to; i++) {
          const entries = drawEntries(open, nodes.at(i), fanOut, random);
          const scale = (open.starts[nodes.at(i) + 1]! - open.starts[nodes.at(i)]!) / entries.length;
          const row = entries.map((e) => [add(open.columns[e]!), open.values[e]! * scale] as const);
          row.sort(([a], [b]) => a - b);
          for (const [column, weight] of row) {
            columns.push(column);
            weights.push(weight);
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
        weights: Float32Array.from(weights),
        tables: tablesOf(tables, all),
      };
    },
  };
}

/** Numbers of entries of a row, all of them or `count` drawn evenly (Floyd's algorithm: Bentley and Floyd 1987). */
function drawEntries({ starts }: Csr, row: number, count: number, random: Random): number[] {
  const [from, size] = [starts[row]!, starts[row + 1]! - starts[row]!];
  if (size <= count) return Array.from({ length: size }, (_, i) => from + i);
  const drawn = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const at = random.int(last + 1);
    drawn.add(drawn.has(at) ? last : at);
  }
  return Array.from(drawn, (at) => from + at);
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
