import { InputError } from '@unbraid/checks';
import { type Matrix, matrixRow } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { NtkNetworkOptions } from '../network.ts';
import type { TangentPoint } from '../tangent-point.ts';
import { activationBounds } from './activation-bounds.ts';

/** A layer at w₀. */
interface Layer {
  /** W, n × m. */
  readonly weight: MlMatrix;
  /** ‖W‖₂ */
  readonly norm: number;
}

/** The layers of a network of `ntkNetwork`. @throws {InputError} where the parameters are not its */
export function layersOf({ model, params }: TangentPoint): Layer[] {
  const { leaves } = layoutOf(model.params, 'params');
  return leaves.map(({ path, shape, offset, size }) => {
    if (shape.length !== 2)
      throw new InputError(
        'model',
        `linearity: ${path} of shape [${shape.join(', ')}] belongs to no network of ntkNetwork`,
      );
    const weight = MlMatrix.from1DArray(shape[0]!, shape[1]!, params.subarray(offset, offset + size));
    return { weight, norm: spectralNorm(weight) };
  });
}

/** The root of the largest eigenvalue of the smaller of W Wᵀ and Wᵀ W, rounded up. */
function spectralNorm(weight: MlMatrix): number {
  const gram = weight.rows < weight.columns ? weight.mmul(weight.transpose()) : weight.transpose().mmul(weight);
  const { realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return Math.sqrt(Math.max(...realEigenvalues)) * (1 + gram.rows * 2 ** -50);
}

const norm = (values: readonly number[]): number => Math.hypot(...values);

/**
 * The outputs at w₀, row after row, and by how much ‖J(w) − J(w₀)‖_F can grow within ‖w − w₀‖ ≤ R, for all rows of `x` and outputs: an upper bound, not an estimate. Through layers forth, ‖Δα⁽ˡ⁾‖ ≤ sup|φ'| ‖Δh⁽ˡ⁾‖ with
 * ‖Δh⁽ˡ⁾‖ √n ≤ (‖W‖ + R) ‖Δα⁽ˡ⁻¹⁾‖ + R ‖α⁽ˡ⁻¹⁾‖, and back, with b = φ'(h) ⊙ u and u the derivative by α, ‖Δb‖ ≤ sup|φ'| ‖Δu‖ + sup|φ''| ‖Δh‖ max|u|. The last
 * term is what falls as 1/√m where the output is linear: entries of u are of that size (Liu, Zhu and Belkin 2020, section 3). α and u are exact at w₀; every layer may use up the whole radius.
 */
export function jacobianChangeBound(
  point: TangentPoint,
  x: Matrix,
  network: NtkNetworkOptions,
  radius: number,
): { readonly change: number; readonly outputs: readonly number[] } {
  const { activation = 'tanh', output = 'linear' } = network;
  const bounds = activationBounds(activation);
  const layers = layersOf(point);
  let square = 0;
  const all: number[] = [];
  for (let i = 0; i < x.rows; i++) {
    const forth = forward(layers, Array.from(matrixRow(x, i)), { phi: bounds.value, lipschitz: bounds.slope, radius });
    const last = forth.at(-1)!.h;
    all.push(...(output === 'linear' ? last : last.map(bounds.value)));
    for (let k = 0; k < last.length; k++) square += backward(layers, forth, k, { bounds, radius, output }) ** 2;
  }
  return { change: Math.sqrt(square), outputs: all };
}

/** Of a layer's input α, what comes of it, and by how much both can change. */
interface Place {
  readonly alpha: readonly number[];
  readonly changeOfAlpha: number;
  readonly h: readonly number[];
  readonly changeOfH: number;
}

interface Forward {
  readonly phi: (u: number) => number;
  readonly lipschitz: number;
  readonly radius: number;
}

function forward(layers: readonly Layer[], x: readonly number[], { phi, lipschitz, radius }: Forward): Place[] {
  let [alpha, change] = [x, 0];
  return layers.map(({ weight, norm: size }) => {
    const root = Math.sqrt(weight.rows);
    const h = MlMatrix.rowVector([...alpha])
      .mmul(weight)
      .div(root)
      .getRow(0);
    const changeOfH = ((size + radius) * change + radius * norm(alpha)) / root;
    const place = { alpha, changeOfAlpha: change, h, changeOfH };
    [alpha, change] = [h.map(phi), lipschitz * changeOfH];
    return place;
  });
}

interface Backward {
  readonly bounds: ReturnType<typeof activationBounds>;
  readonly radius: number;
  readonly output: 'linear' | 'nonlinear';
}

/** The bound for one row and output. */
function backward(
  layers: readonly Layer[],
  places: readonly Place[],
  k: number,
  { bounds, radius, output }: Backward,
): number {
  const last = places.at(-1)!;
  let u = last.h.map((_, j) => Number(j === k));
  let changeOfU = 0;
  let square = 0;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { weight, norm: size } = layers[l]!;
    const { alpha, changeOfAlpha, h, changeOfH } = places[l]!;
    const isLinear = l === layers.length - 1 && output === 'linear';
    const b = isLinear ? u : u.map((value, j) => value * bounds.derivative(h[j]!));
    const largest = Math.max(...u.map(Math.abs));
    const changeOfB = isLinear ? changeOfU : bounds.slope * changeOfU + bounds.curvature * changeOfH * largest;
    const root = Math.sqrt(weight.rows);
    square += ((changeOfB * (norm(alpha) + changeOfAlpha) + norm(b) * changeOfAlpha) / root) ** 2;
    u = weight.mmul(MlMatrix.columnVector(b)).div(root).getColumn(0);
    changeOfU = (radius * norm(b) + (size + radius) * changeOfB) / root;
  }
  return Math.sqrt(square);
}
