import { checkSettings, count, InputError, type MatrixLike } from '@unbraid/checks';
import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import { array, type input as Input, object } from 'zod';
import { checkKernel, inputsOf, rejectVanishing } from '../check.ts';
import type { Kernel } from '../tangent-kernel.ts';
import { areaOf, infiniteLayer, planOf } from './layers.ts';
import { type Chain, chainOf, diagonalOf, pairOf, type SelfTrace, selfTraceOf } from './pairs.ts';

/** A layer of an infinitely wide network, as `infiniteKernels` takes it. */
export type InfiniteLayer = Input<typeof infiniteLayer>;

/** An infinitely wide network: what it reads of a row, and its layers. */
export interface InfiniteLayers {
  /** A row is channels, each of them an image, row after row. Default: all of it channels of one position. */
  readonly image?: { readonly channels: number; readonly height: number; readonly width: number };
  readonly layers: readonly InfiniteLayer[];
}

/** A kernel of an infinitely wide network, with that of each row with itself, which variances of predictions take. */
export interface InfiniteKernel extends Kernel {
  /** k(x_i, x_i) */
  readonly diagonalX: Float64Array;
  /** k(z_j, z_j) */
  readonly diagonalZ: Float64Array;
}

/** Both kernels. */
export interface InfiniteKernels {
  /** 𝒦: the covariance of outputs over random networks, a Gaussian process's prior (Lee et al. 2018). */
  readonly nngp: InfiniteKernel;
  /** Θ: the tangent kernel (Jacot, Gabriel and Hongler 2018). */
  readonly tangent: InfiniteKernel;
}

const settings = object({
  image: object({ channels: count(), height: count(), width: count() }).strict().optional(),
  layers: array(infiniteLayer).min(1, { error: 'a list of layers' }),
});

/** Kernels are computed in float64 and stored in float32. */
const RELATIVE_ERROR = 2 ** -23;

/**
 * Both kernels of a network in NTK parameterization as its hidden layers, filters and heads grow without end. Layers: `dense` and `conv` (weights
 * σ_w N(0, 1) / √fan-in, biases σ_b N(0, 1)), `activation`, `attention`, and `flatten` or `globalAverage`, which bring positions together; there is one position in the end. The
 * first layer reads the rows; what comes before an activation must have been through weights.
 *
 * Positions are compared in pairs wherever `globalAverage` or `attention` needs them: p² numbers for a pair of rows of p positions. With `flatten` alone it is p.
 *
 * `attention` has as many heads and keys as wanted: with `scaling: 'linear'` the products of keys and queries are divided by their number and both share their
 * weights, with `scaling: 'root'` by its root, as is usual, which has a closed form for the `identity` alone (Hron et al. 2020).
 * @param xs n × (channels · height · width)
 * @param zs of the same columns; `xs` where it is left out
 * @throws {InputError} for layers that don't follow one another or are out of range, inputs that don't fit, rows on which the network doesn't depend, and what overflows float32
 */
export function infiniteKernels(network: InfiniteLayers, xs: MatrixLike, zs: MatrixLike = xs): InfiniteKernels {
  const { image, layers } = checkSettings('linearity: infiniteKernels', settings, network);
  const x = inputsOf('x', xs);
  const z = zs === xs ? x : inputsOf('z', zs);
  const { channels, height, width } = image ?? { channels: x.cols, height: 1, width: 1 };
  for (const [name, { cols }] of Object.entries({ x, z })) {
    if (cols === channels * height * width) continue;
    throw new InputError(
      'data',
      `linearity: ${name} has ${cols} columns, the network reads ${channels} × ${height} × ${width}; they must agree`,
    );
  }
  if (layers.some((layer) => layer.layer === 'attention' && layer.scaling === 'root' && layer.mechanism !== 'identity'))
    throw new InputError(
      'setting',
      "linearity: attention with scaling: 'root' has a closed form for mechanism: 'identity' alone; take scaling: 'linear'",
    );
  const chain = chainOf(planOf(layers, [height, width]), { channels, positions: areaOf([height, width]) });
  const [left, right] = tracesOf(chain, x, z);
  return assemble(chain, { x, z, left, right });
}

function tracesOf(chain: Chain, x: Matrix, z: Matrix): [SelfTrace[], SelfTrace[]] {
  const of = (name: string, rows: Matrix): SelfTrace[] => {
    const traces = Array.from({ length: rows.rows }, (_, i) => selfTraceOf(chain, matrixRow(rows, i)));
    rejectVanishing(name, rows, (i) => traces[i]!.nngp === 0);
    return traces;
  };
  const left = of('x', x);
  return [left, z === x ? left : of('z', z)];
}

interface Sides {
  readonly x: Matrix;
  readonly z: Matrix;
  readonly left: readonly SelfTrace[];
  readonly right: readonly SelfTrace[];
}

function assemble(chain: Chain, { x, z, left, right }: Sides): InfiniteKernels {
  const [nngp, tangent] = [createMatrix(x.rows, z.rows), createMatrix(x.rows, z.rows)];
  for (let i = 0; i < x.rows; i++) {
    for (let j = z === x ? i : 0; j < z.rows; j++) {
      const own = z === x && i === j;
      const pair = own ? left[i]! : pairOf(chain, [matrixRow(x, i), matrixRow(z, j)], [left[i]!, right[j]!]);
      for (const at of z === x ? [i * z.rows + j, j * z.rows + i] : [i * z.rows + j]) {
        nngp.data[at] = pair.nngp;
        tangent.data[at] = pair.tangent;
      }
    }
  }
  const finished = (kernel: Matrix, key: 'nngp' | 'tangent'): InfiniteKernel => {
    checkKernel('the infinite kernel', kernel);
    const [diagonalX, diagonalZ] = [diagonalOf(left, key), diagonalOf(right, key)];
    return { kernel, relativeError: RELATIVE_ERROR, errorKind: 'estimated', diagonalX, diagonalZ };
  };
  return {
    nngp: finished(nngp, 'nngp'),
    tangent: finished(tangent, 'tangent'),
  };
}
