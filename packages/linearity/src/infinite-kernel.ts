import { checkSettings, count, InputError, type MatrixLike, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { object } from 'zod';
import { checkKernel, inputsOf, rejectVanishing } from './check.ts';
import type { Kernel } from './tangent-kernel.ts';

/** A network of infinite width. */
export interface InfiniteNetwork {
  /** φ, for which the Gaussian means have a closed form. */
  readonly activation: 'relu' | 'erf';
  /** Hidden layers. Default 1. */
  readonly depth?: number;
  /**
   * `all` (the default) for the kernel of a network whose every weight is trained; `hidden` leaves out the output layer's own term. With
   * one hidden layer of ReLU that is the infinite GaLU kernel of `@unbraid/galu` divided by d: gates that are fixed.
   */
  readonly trained?: 'all' | 'hidden';
}

/** Second moments of two Gaussians. */
interface Moments {
  /** E u² */
  readonly xx: number;
  /** E v² */
  readonly zz: number;
  /** E u v */
  readonly xz: number;
}

/** E φ(u) φ(v) and E φ'(u) φ'(v). */
interface Means {
  readonly product: number;
  readonly slopes: number;
}

/** Cho and Saul 2009, equations 3 to 6, for the arc-cosine kernels of degree 1 and 0. */
function reluMeans({ xx, zz, xz }: Moments): Means {
  const size = Math.sqrt(xx * zz);
  const cosine = Math.min(1, Math.max(-1, xz / size));
  const open = Math.PI - Math.acos(cosine);
  const sine = Math.sqrt((1 - cosine) * (1 + cosine));
  return { product: (size * (sine + open * cosine)) / (2 * Math.PI), slopes: open / (2 * Math.PI) };
}

/** Williams 1997, equation 11, and its derivative by E u v. */
function erfMeans({ xx, zz, xz }: Moments): Means {
  const size = (1 + 2 * xx) * (1 + 2 * zz);
  const rest = Math.sqrt(Math.max(0, size - 4 * xz * xz));
  return { product: (2 / Math.PI) * Math.atan2(2 * xz, rest), slopes: 4 / Math.PI / rest };
}

const means = { relu: reluMeans, erf: erfMeans };

const settings = object({
  activation: oneOf('relu', 'erf'),
  depth: count().default(1),
  trained: oneOf('all', 'hidden').default('all'),
});

/** Of the closed form: the kernel is stored in float32. */
const RELATIVE_ERROR = 2 ** -23;

/**
 * The limit of the tangent kernel of `ntkNetwork` for infinite width: Θ⁽ˡ⁺¹⁾ = Σ⁽ˡ⁺¹⁾ + Θ⁽ˡ⁾ · E φ'(u) φ'(v), where Σ⁽ˡ⁺¹⁾ = E φ(u) φ(v) with (u, v)
 * Gaussian of covariance Σ⁽ˡ⁾, and Θ⁽¹⁾ = Σ⁽¹⁾ = x·z / d (Jacot, Gabriel and Hongler 2018, theorem 1). rows(x) × rows(z).
 * @throws {InputError} for settings out of range, inputs of norm 0 or of another width, or a kernel that overflows float32
 */
export function infiniteKernel(network: InfiniteNetwork, xs: MatrixLike, zs: MatrixLike = xs): Kernel {
  const { activation, depth, trained } = checkSettings('linearity: infiniteKernel', settings, network);
  const [x, z] = [inputsOf('x', xs), inputsOf('z', zs)];
  for (const [name, inputs] of [
    ['x', x],
    ['z', z],
  ] as const) {
    rejectVanishing(name, inputs, () => true);
  }
  if (x.cols !== z.cols)
    throw new InputError('data', `linearity: x has ${x.cols} columns and z has ${z.cols}; they must agree`);
  const [xx, zz] = [x, z].map((a) => Float64Array.from({ length: a.rows }, (_, i) => inner(a, i, a, i)));
  const kernel = createMatrix(x.rows, z.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < z.rows; j++) {
      const first = { xx: xx![i]!, zz: zz![j]!, xz: inner(x, i, z, j) };
      kernel.data[i * z.rows + j] = entry(first, means[activation], depth, trained);
    }
  }
  checkKernel('the infinite kernel', kernel);
  return { kernel, relativeError: RELATIVE_ERROR, errorKind: 'estimated' };
}

function entry(first: Moments, of: (moments: Moments) => Means, depth: number, trained: 'all' | 'hidden'): number {
  let moments = first;
  let theta = first.xz;
  for (let layer = 1; layer <= depth; layer++) {
    const { product, slopes } = of(moments);
    const own = layer === depth && trained === 'hidden' ? 0 : product;
    theta = own + theta * slopes;
    moments = {
      xx: of({ xx: moments.xx, zz: moments.xx, xz: moments.xx }).product,
      zz: of({ xx: moments.zz, zz: moments.zz, xz: moments.zz }).product,
      xz: product,
    };
  }
  return theta;
}

/** x_i · z_j / d */
function inner(a: Matrix, i: number, b: Matrix, j: number): number {
  let sum = 0;
  for (let t = 0; t < a.cols; t++) sum += a.data[i * a.cols + t]! * b.data[j * b.cols + t]!;
  return sum / a.cols;
}
