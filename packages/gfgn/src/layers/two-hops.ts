import { InputError } from '@unbraid/checks';
import { type Csr, createCsr } from '@unbraid/kernels';
import { mapEntries, rowSums } from '../graphs/entries.ts';
import { createKeeper } from '../keeper.ts';
import { isChanging } from '../operators/placed.ts';

const normalizedOf = createKeeper<Csr, Csr>();

/** D^−1/2 A D^−1/2 of a matrix as it is, D being its row sums; rows without entries stay so. Computed once for each matrix. */
export function symmetricallyNormalized(matrix: Csr): Csr {
  checkUnchanging(matrix);
  return normalizedOf(matrix, () => normalize(matrix));
}

function normalize(matrix: Csr): Csr {
  // In a directed graph a node may be heard that hears of nobody.
  const scale = rowSums(matrix).map((sum) => (sum > 0 ? 1 / Math.sqrt(sum) : 0));
  return createCsr({ ...matrix, values: mapEntries(matrix, (w, i, j) => w * scale[i]! * scale[j]!) });
}

const twoHopsOf = createKeeper<Csr, Csr>();

/**
 * The nodes that are two steps away and not fewer, each with the weight 1. Computed once for each matrix.
 * @param open without self loops
 */
export function twoHops(open: Csr): Csr {
  checkUnchanging(open);
  return twoHopsOf(open, () => reach(open));
}

function reach({ rows, starts, columns }: Csr): Csr {
  // The last row that has seen a node, itself and its neighbours first.
  const seen = new Int32Array(rows).fill(-1);
  const found: number[] = [];
  const ends = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    const near = columns.subarray(starts[i]!, starts[i + 1]!);
    seen[i] = i;
    for (const j of near) seen[j] = i;
    const own: number[] = [];
    for (const j of near) {
      for (let e = starts[j]!; e < starts[j + 1]!; e++) {
        const k = columns[e]!;
        if (seen[k] === i) continue;
        seen[k] = i;
        own.push(k);
      }
    }
    for (const k of own.sort((a, b) => a - b)) found.push(k);
    ends[i + 1] = found.length;
  }
  const values = new Float32Array(found.length).fill(1);
  return createCsr({ rows, cols: rows, starts: ends, columns: Int32Array.from(found), values });
}

/** @throws {InputError} for edges of batches, whose neighbourhoods are not those of the graph */
function checkUnchanging(matrix: Csr): void {
  if (isChanging(matrix))
    throw new InputError(
      'setting',
      'gfgn: this model reads neighbourhoods of the whole graph; train it with all nodes at once, not with batches',
    );
}
