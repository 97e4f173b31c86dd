import { InputError } from '@unbraid/checks';
import { asymmetry, type Csr, rowOfEntries } from '@unbraid/kernels';

/** @throws {InputError} unless the matrix is square and equals its transposed, and weights are finite and not negative */
export function checkSymmetric(adjacency: Csr): void {
  checkWeights(adjacency);
  const oneWay = asymmetry(adjacency);
  if (oneWay)
    throw new InputError(
      'data',
      `gfgn: the edge from ${oneWay.row} to ${oneWay.column} is not the same in both directions; make the graph undirected first, or say that it is directed`,
    );
}

/** @throws {InputError} unless the matrix is square, and weights are finite and not negative: degrees, whose roots are divided by, are their sums */
export function checkWeights(adjacency: Csr): void {
  const { rows, cols, values } = adjacency;
  if (rows !== cols || rows === 0)
    throw new InputError(
      'data',
      `gfgn: an adjacency matrix is square, with a row for each node; this one is ${rows} × ${cols}`,
    );
  const wrong = values.findIndex((w) => !(w >= 0 && Number.isFinite(w)));
  if (wrong < 0) return;
  const ends = `${rowOfEntries(adjacency)[wrong]} to ${adjacency.columns[wrong]}`;
  throw new InputError(
    'data',
    `gfgn: the edge from ${ends} has the weight ${values[wrong]}; a finite number of at least 0 is needed`,
  );
}

/** @throws {InputError} for a self loop whose weight the I of A + I would change */
export function checkSelfLoops(adjacency: Csr): void {
  const { columns, values } = adjacency;
  const rows = rowOfEntries(adjacency);
  const wrong = rows.findIndex((row, e) => columns[e] === row && values[e] !== 0 && values[e] !== 1);
  if (wrong < 0) return;
  throw new InputError(
    'data',
    `gfgn: node ${rows[wrong]} has a self loop of weight ${values[wrong]}; every node gets one of weight 1 (the I of A + I), so leave it out, give it the weight 1, or keep it (selfLoops: 'keep')`,
  );
}
