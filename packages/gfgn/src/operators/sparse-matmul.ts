import {
  add,
  broadcastTo,
  constant,
  gather,
  hostOperator,
  mul,
  reduceSum,
  reshape,
  ShapeError,
  scatterAdd,
  type Tensor,
} from '@unbraid/graph';
import { asymmetry, type Csr, checkCsr, rowOfEntries, type SparseFactor } from '@unbraid/kernels';
import { createKeeper } from '../keeper.ts';
import { isChanging, placeMatrix } from './placed.ts';

/** The products by one matrix and by its transposed. */
interface Products {
  readonly plain: (x: Tensor, values?: Tensor) => Tensor;
  readonly transposed: (x: Tensor, values?: Tensor) => Tensor;
}

const known = createKeeper<Csr, Products>();

/** What `sparseMatmul` may be told. */
export interface SparseMatmulOptions {
  /** Multiply by the transposed matrix. Default false. */
  readonly transpose?: boolean;
  /** Other values of the matrix' entries, float32 [entries], such as values after dropout. */
  readonly values?: Tensor;
}

/**
 * matrix · x for a sparse matrix and float32 x [cols, width]: [rows, width]. The gradient with respect to x is a product by the transposed matrix;
 * that with respect to `values` is composed of ordinary operators.
 * @throws {ShapeError} for an x or values of another shape
 */
export function sparseMatmul(matrix: Csr, x: Tensor, { transpose = false, values }: SparseMatmulOptions = {}): Tensor {
  const made = known(matrix, () => productsOf(matrix));
  // A symmetric matrix is its own transposed, and gathering is faster than scattering; given values need not be symmetric.
  const isSame = values === undefined && !isChanging(matrix) && matrix.rows === matrix.cols && !asymmetry(matrix);
  const turned = transpose && !isSame;
  return (turned ? made.transposed : made.plain)(...([x, ...(values ? [values] : [])] as [Tensor]));
}

function productsOf(matrix: Csr): Products {
  checkCsr(matrix, 'sparseMatmul: the matrix');
  return { plain: productBy(matrix, false), transposed: productBy(matrix, true) };
}

function productBy(matrix: Csr, transpose: boolean): (x: Tensor, values?: Tensor) => Tensor {
  const [rows, cols] = transpose ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols];
  const entries = matrix.columns.length;
  // Made when a meaning or a gradient asks for it: constants hold 8 bytes an entry.
  const places = () => {
    const [row, column] = [rowOfEntries(matrix), matrix.columns].map((list) => constant(list, [entries], 'int32'));
    return transpose ? { to: column!, from: row! } : { to: row!, from: column! };
  };
  const given = (values: Tensor | undefined) => values ?? constant(matrix.values, [entries]);
  const option = (values: Tensor | undefined) => (values ? { values } : {});
  return hostOperator({
    name: 'sparseMatmul',
    type([x, values]) {
      if (x!.dtype !== 'float32' || x!.shape.length !== 2 || x!.shape[0] !== cols)
        throw new ShapeError(
          `sparseMatmul: a matrix of ${rows} × ${cols} takes float32[${cols}, width], got ${x!.dtype}[${x!.shape.join(', ')}]`,
        );
      if (values && (values.dtype !== 'float32' || values.shape.length !== 1 || values.shape[0] !== entries))
        throw new ShapeError(
          `sparseMatmul: ${entries} entries take values float32[${entries}], got ${values.dtype}[${values.shape.join(', ')}]`,
        );
      return { shape: [rows, x!.shape[1]!], dtype: 'float32' };
    },
    meaning([x, values]) {
      if (entries === 0) return broadcastTo(constant(0), [rows, x!.shape[1]!]);
      const { to, from } = places();
      return scatterAdd(mul(gather(x!, from), reshape(given(values), [entries, 1])), to, rows);
    },
    vjp(ct, [x, values], _, [, wanted]) {
      const dx = sparseMatmul(matrix, ct, { transpose: !transpose, ...option(values) });
      if (!(values && wanted)) return [dx];
      const { to, from } = places();
      return [dx, reduceSum(mul(gather(ct, to), gather(x!, from)), { axes: [1] })];
    },
    jvp([tx, tv], [x, values]) {
      const along = tx && sparseMatmul(matrix, tx, { transpose, ...option(values) });
      const across = tv && sparseMatmul(matrix, x!, { transpose, values: tv });
      return along && across ? add(along, across) : (along ?? across);
    },
    prepare({ kernels, arena }) {
      const placed = placeMatrix(arena, matrix);
      const product = transpose ? kernels.sparseProductTransposed : kernels.sparseProduct;
      return {
        run([x, others], out) {
          const tables = placed.views as SparseFactor;
          const factor = others
            ? { starts: tables.starts, columns: tables.columns, values: others as Float32Array }
            : tables;
          product(factor, x as Float32Array, out.length / Math.max(rows, 1), out as Float32Array);
        },
        release: placed.release,
      };
    },
  }) as (x: Tensor, values?: Tensor) => Tensor;
}
