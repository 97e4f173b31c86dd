import { blockIn, f32, type Runtime, type Scope, type TensorSpec } from '@unbraid/graph';
import type { Matrix } from '@unbraid/nn';

/** Some rows of a matrix after others, in memory that compiled programs read. */
export interface MovingRows {
  readonly spec: TensorSpec;
  readonly source: { readonly data: Float32Array };
  /** Writes these rows of the matrix; those beyond are zeros. */
  write(list: Int32Array): void;
}

/** Room for so many rows of a matrix. */
export function movingRows(scope: Scope, { arena }: Runtime, { data, cols }: Matrix, rows: number): MovingRows {
  const source = blockIn(scope, arena.alloc('float32', rows * cols));
  return {
    spec: f32(rows, cols),
    source,
    write(list) {
      const out = source.data;
      for (let i = 0; i < list.length; i++) out.set(data.subarray(list[i]! * cols, (list[i]! + 1) * cols), i * cols);
      out.fill(0, list.length * cols);
    },
  };
}
