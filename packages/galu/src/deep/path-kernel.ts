import {
  checkFiniteValues,
  checkSettings,
  flag,
  InputError,
  integer,
  type MatrixLike,
  oneOf,
  toMatrix,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import { rowNorms, rowProduct } from '../row-product.ts';
import type { GateKind } from './features.ts';

/** Rows, and the gates that each opens: a matrix for each layer, a row for each row, as `deepGates` gives them. */
export interface GatedRows {
  readonly x: MatrixLike;
  readonly gates: readonly MatrixLike[];
}

const settings = z.object({ normalized: flag().default(true) });

/**
 * The neural path kernel of a fully connected network with given gates and without biases (Lakshminarayanan and Singh 2020, arXiv 2006.10529, section 4):
 *
 *     K(x, z) = ⟨x, z⟩/d · Π_l ⟨G_l(x), G_l(z)⟩/w_l,
 *
 * the inner product of path features, of which there is one for each way from an input through a neuron of each layer: that input where all its gates are open,
 * else 0. With weights of mean 0 and variance one over their fan-in it is E[f(x) f(z)], and depth + 1 times it is the expected tangent kernel, at any width.
 * @param options `normalized`: whether it is divided by d and the widths w_l, without which it counts paths. Default true.
 * @returns rows(X) × rows(Z)
 * @throws {InputError} for sizes that don't agree, and for NaN and infinities in inputs or kernel
 */
export function pathKernel(x: GatedRows, z: GatedRows = x, options: { readonly normalized?: boolean } = {}): Matrix {
  const { normalized } = checkSettings('galu: pathKernel', settings, options);
  const [first, second] = [read('X', x), read('Z', z)];
  checkAlike(first, second);
  const k = products(first[0]!, second[0]!, normalized);
  for (let l = 1; l < first.length; l++) {
    const shared = products(first[l]!, second[l]!, normalized);
    for (let i = 0; i < k.length; i++) k[i]! *= shared[i]!;
  }
  return finished(k, first[0]!.rows, second[0]!.rows);
}

/** Inputs, then the gates of each layer. */
function read(name: string, { x, gates }: GatedRows): Matrix[] {
  if (!Array.isArray(gates) || gates.length === 0)
    throw new InputError('data', `galu: pathKernel: ${name} has no gates; give those of each layer`);
  const matrices = [toMatrix(`galu: ${name}`, x), ...gates.map((g, l) => toMatrix(`galu: ${name}'s gates ${l}`, g))];
  const other = matrices.findIndex(({ rows }) => rows !== matrices[0]!.rows);
  if (other > 0)
    throw new InputError(
      'data',
      `galu: pathKernel: ${name} has ${matrices[0]!.rows} rows, its gates of layer ${other - 1} (counted from 0) have ${matrices[other]!.rows}; give a row of gates for each`,
    );
  return matrices;
}

function checkAlike(first: readonly Matrix[], second: readonly Matrix[]): void {
  const sizes = (of: readonly Matrix[]) => of.map(({ cols }) => cols).join(', ');
  if (sizes(first) === sizes(second)) return;
  throw new InputError(
    'data',
    `galu: pathKernel: X has columns and widths ${sizes(first)}, Z has ${sizes(second)}; they must be of one network`,
  );
}

/** a bᵀ, in double precision, divided by the columns where it is normalized. */
function products(a: Matrix, b: Matrix, normalized: boolean): Float64Array {
  const out = new Float64Array(a.rows * b.rows);
  const share = normalized ? 1 / a.cols : 1;
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) out[i * b.rows + j] = rowProduct(a, i, b, j) * share;
  return out;
}

function finished(k: Float64Array, rows: number, cols: number): Matrix {
  const matrix = createMatrix(rows, cols, Float32Array.from(k));
  checkFiniteValues('galu: the path kernel', matrix.data, 'its entries leave the range of float32: scale the inputs');
  return matrix;
}

/** Which infinitely wide network. */
export interface InfinitePaths {
  /** Gated layers, at least 1. */
  readonly depth: number;
  /** What gates are the signs of, as in `deepGalu`, with normal weights and without biases. Default `'relu'`. */
  readonly gates?: GateKind;
}

const infiniteSettings = z.object({
  depth: integer({ min: 1 }),
  gates: oneOf('relu', 'linear', 'input').default('relu'),
});

/**
 * The limit of `pathKernel` as all layers become wide: two rows at the angle θ open a gate together with probability (π − θ)/2π. Before the gates of half-spaces of
 * the input, or of linear features, θ_l is the angle of the rows, whatever the layer; before those of a ReLU network
 * cos θ_{l+1} = (sin θ_l + (π − θ_l) cos θ_l)/π (Cho and Saul 2009, equation 6, degree 1). A zero row gives 0.
 * @returns rows(X) × rows(Z)
 * @throws {InputError} for settings that are unknown or out of range, columns that don't agree, and NaN and infinities in inputs or kernel
 */
export function infinitePathKernel(xs: MatrixLike, zs: MatrixLike, network: InfinitePaths): Matrix {
  const { depth, gates } = checkSettings('galu: infinitePathKernel', infiniteSettings, network);
  const [x, z] = [toMatrix('galu: X', xs), toMatrix('galu: Z', zs)];
  if (x.cols !== z.cols)
    throw new InputError('data', `galu: path kernel of inputs with ${x.cols} and ${z.cols} columns; they must agree`);
  const k = products(x, z, true);
  const [xNorms, zNorms] = [rowNorms(x), rowNorms(z)];
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < z.rows; j++) {
      const size = xNorms[i]! * zNorms[j]!;
      const at = i * z.rows + j;
      k[at] = size === 0 ? 0 : k[at]! * openTogether((k[at]! * x.cols) / size, depth, gates);
    }
  return finished(k, x.rows, z.rows);
}

/** Π_l (π − θ_l)/2π of rows whose angle has this cosine. */
function openTogether(cosine: number, depth: number, gates: GateKind): number {
  let theta = Math.acos(Math.min(1, Math.max(-1, cosine)));
  let product = 1;
  for (let l = 0; l < depth; l++) {
    product *= (Math.PI - theta) / (2 * Math.PI);
    if (gates === 'relu') {
      const next = (Math.sin(theta) + (Math.PI - theta) * Math.cos(theta)) / Math.PI;
      theta = Math.acos(Math.min(1, next));
    }
  }
  return product;
}
