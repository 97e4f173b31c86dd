import type { GatedFeatures } from './gated-features.ts';
import { addSquares, mirror } from './square-matrices.ts';

/** Xᵀ D_i D_j X / n of pairs of gates, d × d, symmetric. */
export type GateProducts = (i: number, j: number) => Float64Array;

/** Products that are made when they are first asked for, and kept: they don't change while a program is solved. */
export function gateProducts(f: GatedFeatures): GateProducts {
  const made = new Map<number, Float64Array>();
  return (i, j) => {
    const key = Math.min(i, j) * f.open.length + Math.max(i, j);
    let product = made.get(key);
    if (!product) {
      const rows = shared(f.open[i]!, f.open[j]!);
      product = new Float64Array(f.columns ** 2);
      addSquares(product, { x: f.x, rows, weights: new Float64Array(rows.length).fill(1 / f.rows) });
      mirror(product, f.columns);
      made.set(key, product);
    }
    return product;
  };
}

/** What is in both of two ascending lists. */
function shared(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) both[count++] = a[i]!;
    if (a[i]! <= b[j]!) i += 1;
    while (j < b.length && i < a.length && b[j]! < a[i]!) j += 1;
  }
  return both.subarray(0, count);
}
