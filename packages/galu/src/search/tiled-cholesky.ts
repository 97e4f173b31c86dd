import {
  add,
  blockIn,
  compile,
  f64,
  matmul,
  neg,
  type Runtime,
  type Scope,
  slice,
  type Tensor,
  trace,
} from '@unbraid/graph';
import { cholesky, invertFactor } from '../cholesky.ts';
import { columnAt, type Tiling } from './tiles.ts';

/** Solves (M + λI) x = b for one matrix in tiles after another, and several b. */
export interface TiledSolver {
  /**
   * @param m as `tiles.ts` says
   * @throws {InputError} where M + λI is not positive definite
   */
  solve(m: Float64Array, right: readonly Float64Array[], shift: number): Promise<Float64Array[]>;
  /** Factors M + λI, for right sides that are known later; the next matrix takes the factor's place. @throws as `solve` */
  factor(m: Float64Array, shift: number): Promise<(right: Float64Array) => Float64Array>;
}

/** What runs for a column of tiles; what there is nothing to do for is left out. */
interface Column {
  /** Subtracts what the columns before contribute. */
  readonly update: () => Promise<void>;
  /** Divides the tiles below the diagonal by its factor. */
  readonly divide: () => Promise<void>;
}

/**
 * Cholesky's factorization M + λI = L Lᵀ by columns of tiles, looking left (Golub and Van Loan, Matrix Computations, Section 4.2). ONNX Runtime does the products; the
 * tile on the diagonal is factored here. Graphs are compiled once, one or two a column, for all matrices of a size.
 */
export async function compileTiledSolver(scope: Scope, tiling: Tiling, runtime: Runtime): Promise<TiledSolver> {
  const { side, count, size } = tiling;
  const tile = side * side;
  const room = (length: number) => blockIn(scope, runtime.arena.alloc('float64', length));
  const [factor, inverses, column, updated] = [room(size), room(count * tile), room(count * tile), room(count * tile)];
  const view = (block: { readonly data: Float64Array }, start: number, length: number) => ({
    get data() {
      return block.data.subarray(start, start + length);
    },
  });
  const columns: Column[] = [];
  for (let j = 0; j < count; j++) {
    columns.push({ update: await compileUpdate(j), divide: await compileDivide(j) });
  }

  /** The tiles of column j less the products of the columns before; of each of these, the tiles from row j down. */
  async function compileUpdate(j: number): Promise<Column['update']> {
    const height = count - j;
    if (j === 0) return async () => void updated.data.set(column.data);
    const names = Array.from({ length: j }, (_, i) => `l${i}`);
    const specs = Object.fromEntries(['s', ...names].map((name) => [name, f64(height * side, side)]));
    const graph = trace(specs, (given: Readonly<Record<string, Tensor>>) => {
      const less = (rest: Tensor, name: string) =>
        add(rest, matmul(given[name]!, neg(slice(given[name]!, [0], [side])), { transposeB: true }));
      return { rest: names.reduce(less, given.s!) };
    });
    const before = names.map((name, i) => [name, view(factor, columnAt(tiling, i) + (j - i) * tile, height * tile)]);
    const inputs = { ...Object.fromEntries(before), s: view(column, 0, height * tile) };
    const step = scope.own(
      await compile(graph, runtime, { inputs, outputs: { rest: view(updated, 0, height * tile) } }),
    );
    return step.run;
  }

  async function compileDivide(j: number): Promise<Column['divide']> {
    const height = count - j - 1;
    if (height === 0) return async () => {};
    const specs = { rest: f64(height * side, side), inverse: f64(side, side) };
    const graph = trace(specs, ({ rest, inverse }) => ({ l: matmul(rest, inverse, { transposeB: true }) }));
    const step = scope.own(
      await compile(graph, runtime, {
        inputs: { rest: view(updated, tile, height * tile), inverse: view(inverses, j * tile, tile) },
        outputs: { l: view(factor, columnAt(tiling, j) + tile, height * tile) },
      }),
    );
    return step.run;
  }

  const factorize = async (m: Float64Array, shift: number) => {
    for (let j = 0; j < count; j++) {
      const start = columnAt(tiling, j);
      column.data.set(m.subarray(start, start + (count - j) * tile));
      shiftDiagonal(column.data, tiling, j, shift);
      await columns[j]!.update();
      const top = updated.data.slice(0, tile);
      cholesky(top, side);
      inverses.data.set(invertFactor(top, side), j * tile);
      await columns[j]!.divide();
    }
    return (right: Float64Array) => substitute(factor.data, inverses.data, tiling, right);
  };
  return {
    factor: factorize,
    async solve(m, right, shift) {
      return right.map(await factorize(m, shift));
    },
  };
}

/** Adds the shift to the diagonal of the first tile of column j, and 1 where the matrix is filled up with zeros. */
function shiftDiagonal(column: Float64Array, { side, n }: Tiling, j: number, shift: number): void {
  for (let i = 0; i < side; i++) column[i * side + i]! += j * side + i < n ? shift : 1;
}

/** L⁻ᵀ L⁻¹ b */
function substitute(factor: Float64Array, inverses: Float64Array, tiling: Tiling, b: Float64Array): Float64Array {
  const { side, count, n } = tiling;
  const tile = side * side;
  const x = new Float64Array(count * side);
  x.set(b);
  const part = (i: number) => x.subarray(i * side, (i + 1) * side);
  for (let j = 0; j < count; j++) {
    const y = multiply(inverses, j * tile, part(j), side);
    part(j).set(y);
    for (let i = j + 1; i < count; i++) {
      const below = multiply(factor, columnAt(tiling, j) + (i - j) * tile, y, side);
      part(i).forEach((value, r, into) => {
        into[r] = value - below[r]!;
      });
    }
  }
  for (let j = count - 1; j >= 0; j--) {
    const rest = part(j).slice();
    for (let i = j + 1; i < count; i++) {
      const above = multiplyTransposed(factor, columnAt(tiling, j) + (i - j) * tile, part(i), side);
      for (let r = 0; r < side; r++) rest[r]! -= above[r]!;
    }
    part(j).set(multiplyTransposed(inverses, j * tile, rest, side));
  }
  return x.slice(0, n);
}

/** A v of the tile that starts at `at`. */
function multiply(a: Float64Array, at: number, v: Float64Array, side: number): Float64Array {
  const out = new Float64Array(side);
  for (let r = 0, p = at; r < side; r++) {
    let sum = 0;
    for (let t = 0; t < side; t++, p++) sum += a[p]! * v[t]!;
    out[r] = sum;
  }
  return out;
}

/** Aᵀ v of the tile that starts at `at`. */
function multiplyTransposed(a: Float64Array, at: number, v: Float64Array, side: number): Float64Array {
  const out = new Float64Array(side);
  for (let r = 0, p = at; r < side; r++) {
    const share = v[r]!;
    for (let t = 0; t < side; t++, p++) out[t]! += share * a[p]!;
  }
  return out;
}
