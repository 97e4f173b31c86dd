import type { Engine } from '../engine.ts';
import { checkWidth, rowCount } from './checks.ts';
import type { SparseRows } from './sparse-rows.ts';

export interface SparseFactor extends SparseRows {
  readonly values: Float32Array;
  /** The position in `values` of each entry; its own number where this is left out. */
  readonly order?: Int32Array | undefined;
}

/** out ← matrix · x. */
export function sparseProduct(engine: Engine, matrix: SparseFactor, x: Float32Array, width: number, out: Float32Array) {
  checkWidth('sparseProduct', 'width', width);
  const { starts, columns, values, order } = matrix;
  const rows = rowCount(matrix);
  if (out.length !== rows * width)
    throw new RangeError(
      `kernels: sparseProduct: out has ${out.length} entries, ${rows} rows of ${width} take ${rows * width}`,
    );
  const entries = (order ?? values).length;
  if (entries !== columns.length)
    throw new RangeError(
      `kernels: sparseProduct: ${columns.length} entries have ${entries} ${order ? 'positions' : 'values'}`,
    );
  const wasm = engine.nativeFor(starts, columns, values, x, out, ...(order ? [order] : []));
  if (wasm) {
    const at = order && order.length > 0 ? order.byteOffset : 0;
    wasm.sparseProduct(
      starts.byteOffset,
      columns.byteOffset,
      at,
      values.byteOffset,
      rows,
      x.byteOffset,
      width,
      out.byteOffset,
    );
  } else productScalar(matrix, x, width, out);
}

function productScalar(
  { starts, columns, values, order }: SparseFactor,
  x: Float32Array,
  width: number,
  out: Float32Array,
) {
  out.fill(0);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const value = values[order ? order[e]! : e]!;
      const from = columns[e]! * width;
      for (let d = 0; d < width; d++) out[i * width + d]! += Math.fround(value * x[from + d]!);
    }
  }
}
