import { InternalError } from '@unbraid/checks';
import type { Arena, Csr } from '@unbraid/kernels';
import { mapEntries, writeWithDiagonal } from '../graphs/entries.ts';
import { changingTables, refreshTables } from '../operators/placed.ts';
import type { Structure } from '../structure.ts';
import type { Batch } from './batch.ts';
import { movingMembers } from './moving-members.ts';

/** How large a batch may be for a step that is compiled: nodes and edges within so many hops. */
export interface Room {
  readonly nodes: number;
  readonly edges: number;
  /** How many graphs the nodes may be of. Default 1. */
  readonly graphs?: number | undefined;
}

/** A structure whose tables are those of one batch after another. */
export interface MovingStructure {
  readonly structure: Structure;
  /** Writes the nodes of a batch within `radius` hops and the edges of those within one hop less, to where compiled programs read them. */
  write(batch: Batch, radius: number, arena: Arena): void;
}

/**
 * A structure with room for batches. Nodes that a batch doesn't fill have a self loop alone; edges that it doesn't fill stand in rows of such nodes, from the
 * last on, and weigh 0, so that every table has one length and nothing of them is heard by a node of the batch.
 */
export function movingStructure({ nodes, edges, graphs = 1 }: Room): MovingStructure {
  const open = changingTables(emptyMatrix(nodes, edges));
  const closed = emptyMatrix(nodes, edges + nodes);
  const roots = new Float32Array(nodes).fill(1);
  const loops = new Float32Array(nodes).fill(1);
  let normalized: Csr | undefined;
  let mean: Csr | undefined;
  const members = movingMembers(nodes, graphs);
  const structure: Structure = changingTables({
    ...{ nodes, open, order: undefined, roots, loops },
    closed: { starts: closed.starts, columns: closed.columns, values: closed.values },
    graphs: { count: graphs, mean: members.mean, of: members.of },
    get normalized() {
      normalized ??= changingTables({ ...closed, values: closed.values.slice() });
      return normalized;
    },
    get mean() {
      mean ??= changingTables({ ...open, values: open.values.slice() });
      return mean;
    },
  });
  fill(NOTHING, 0);

  /** Edges of a batch's part, and what is left of the room; gives how many nodes there are. */
  function fill(batch: Batch, radius: number): number {
    const [used, hearing] = [batch.within[radius]!, batch.within[radius - 1] ?? 0];
    const taken = batch.starts[hearing]!;
    if (used > nodes || taken > edges || edges - taken > (nodes - used) * (nodes - 1))
      throw new InternalError(`gfgn: a batch of ${used} nodes and ${taken} edges has no room in ${nodes} and ${edges}`);
    open.starts.set(batch.starts.subarray(0, hearing + 1));
    open.columns.set(batch.columns.subarray(0, taken));
    open.values.set(batch.weights.subarray(0, taken));
    open.values.fill(0, taken);
    open.starts.fill(taken, hearing + 1, used + 1);
    pad(open, used, taken);
    writeWithDiagonal(open, (row) => loops[row]!, closed);
    return used;
  }

  return {
    structure,
    write(batch, radius, arena) {
      const { tables } = batch;
      roots.set(tables.roots.subarray(0, batch.within[radius]));
      loops.set(tables.loops.subarray(0, batch.within[radius]));
      roots.fill(1, batch.within[radius]);
      loops.fill(1, batch.within[radius]);
      const used = fill(batch, radius);
      members.write(batch.graphs ?? Int32Array.of(0, used), arena);
      if (normalized) mapEntries(closed, (w, i, j) => w / (roots[i]! * roots[j]!), normalized.values);
      if (mean) mapEntries(open, (w, i) => (i < used ? w / tables.sums[i]! : 0), mean.values);
      for (const owner of [open, structure, normalized, mean]) if (owner) refreshTables(arena, owner);
    },
  };
}

const NOTHING: Batch = {
  nodes: new Int32Array(),
  within: [0],
  starts: Int32Array.of(0),
  columns: new Int32Array(),
  entries: new Int32Array(),
  weights: new Float32Array(),
  tables: { roots: new Float32Array(), sums: new Float32Array(), loops: new Float32Array() },
};

const emptyMatrix = (nodes: number, entries: number): Csr => ({
  rows: nodes,
  cols: nodes,
  starts: new Int32Array(nodes + 1),
  columns: new Int32Array(entries),
  values: new Float32Array(entries),
});

/** Puts the entries from `taken` on into the rows from the last down to `used`, each at columns from 0 on but its own. */
function pad({ rows, starts, columns }: Csr, used: number, taken: number): void {
  let left = columns.length - taken;
  const lengths = new Int32Array(rows - used);
  for (let row = rows - 1; row >= used && left > 0; row--) {
    const length = Math.min(left, rows - 1);
    lengths[row - used] = length;
    left -= length;
  }
  let at = taken;
  for (let row = used; row < rows; row++) {
    for (let k = 0; k < lengths[row - used]!; k++) columns[at++] = k < row ? k : k + 1;
    starts[row + 1] = at;
  }
}
