import type { TypedArray } from '../dtype.ts';
import { hostOperator, LEAST_HOSTED } from '../host/host-operator.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { scatterAdd } from './scatter-add.ts';

/*
 * The gradient of a table by a kernel of ours: ONNX Runtime's ScatterElements wants zeros of the size of the table, copies them, and takes an
 * index for each entry.
 */

/** Operators by the rows of the table, so that equal uses are computed once. */
const known = new Map<number, (...operands: Tensor[]) => Tensor>();

/** Whether rows that are added up in a table of a shape are many enough, or the table large enough. */
export const isScatteredByHost = ({ dtype, shape }: Tensor, table: Shape): boolean =>
  dtype === 'float32' && Math.max(sizeOf(shape), sizeOf(table)) >= LEAST_HOSTED && sizeOf(table) > 0;

/** What `scatterAdd` gives along the first axis. */
export function scatterRows(updates: Tensor, indices: Tensor, [rows]: Shape): Tensor {
  const operator = known.get(rows!) ?? make(rows!);
  known.set(rows!, operator);
  return operator(updates, indices);
}

const make = (rows: number) =>
  hostOperator({
    name: 'scatterRows',
    type: ([updates, indices]) => scatterAdd(updates!, indices!, rows),
    meaning: ([updates, indices]) => scatterAdd(updates!, indices!, rows),
    prepare({ kernels, arena }, { inputs: [, indices], shape }) {
      const width = sizeOf(shape.slice(1));
      const places = arena.alloc('int32', sizeOf(indices!.shape));
      return {
        run([updates, given], out) {
          writePlaces(given!, rows, places.data);
          kernels.scatterRows(out as Float32Array, updates as Float32Array, width, places.data);
        },
        release: () => places.free(),
      };
    },
  });

/** Indices below 0 count from the end, as in ONNX. */
function writePlaces(indices: TypedArray, rows: number, places: Int32Array): void {
  for (let i = 0; i < places.length; i++) {
    const index = Number(indices[i]);
    places[i] = index < 0 ? index + rows : index;
  }
}
