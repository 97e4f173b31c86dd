import type { Matrix } from '@unbraid/nn';
import type { Structure } from '../structure.ts';

/** Features of edges in the order of `structure.open`. @param edgeFeatures a row for each entry of the adjacency matrix */
export function edgesInOrder(
  edgeFeatures: Matrix | undefined,
  { open, order }: Pick<Structure, 'open' | 'order'>,
): Matrix | undefined {
  if (!edgeFeatures || !order) return edgeFeatures;
  const { cols } = edgeFeatures;
  const data = new Float32Array(open.columns.length * cols);
  for (const [at, e] of order.entries()) data.set(edgeFeatures.data.subarray(e * cols, (e + 1) * cols), at * cols);
  return { data, rows: order.length, cols };
}
