import { attendAtRoot, attendLinearly, attentionWeights } from './attention.ts';
import {
  activate,
  affine,
  averaged,
  type Covariance,
  convolve,
  flattened,
  type Layout,
  variancesOf,
} from './covariance.ts';
import { areaOf, type Plan, readsOf, type Step } from './layers.ts';
import { meansOf } from './means.ts';
import type { Means, Moments } from './moments.ts';

/** A step, prepared. */
interface Stage {
  readonly step: Step;
  readonly layout: Layout;
  /** Of a convolution. */
  readonly reads: Int32Array;
  /** Of an activation. */
  readonly means: ((moments: Moments) => Means) | undefined;
}

/** What takes pairs of images through a network. */
export interface Chain {
  readonly stages: readonly Stage[];
  readonly channels: number;
  readonly isDiagonal: boolean;
  readonly positions: number;
}

/** Both kernels of a pair of rows. */
export interface PairKernels {
  readonly nngp: number;
  readonly tangent: number;
}

/** Of a row with itself, with what pairs need to know of it: variances before activations, weights of attention, by stage. */
export interface SelfTrace extends PairKernels {
  readonly notes: ReadonlyMap<number, Float64Array>;
}

export const diagonalOf = (traces: readonly SelfTrace[], key: keyof PairKernels): Float64Array =>
  Float64Array.from(traces, (trace) => trace[key]);

/** A plan, with where filters read and the means of activations. */
export function chainOf(
  { steps, isDiagonal }: Plan,
  { channels, positions }: Pick<Chain, 'channels' | 'positions'>,
): Chain {
  const stages = steps.map((step) => ({
    step,
    layout: { isDiagonal, positions: areaOf(step.from) },
    reads: readsOf(step),
    means: step.layer.layer === 'activation' ? meansOf(step.layer.activation) : undefined,
  }));
  return { stages, channels, isDiagonal, positions };
}

/** A row through the network, beside itself. */
export function selfTraceOf(chain: Chain, row: Float32Array): SelfTrace {
  const notes = new Map<number, Float64Array>();
  const end = follow(chain, [row, row], (index, { step: { layer }, layout }, { nngp }) => {
    if (layer.layer === 'activation') notes.set(index, variancesOf(nngp, layout));
    if (layer.layer === 'attention' && layer.scaling === 'linear')
      notes.set(index, attentionWeights(nngp, layout.positions, layer));
    const note = notes.get(index) ?? EMPTY;
    return [note, note];
  });
  return { ...end, notes };
}

const EMPTY = new Float64Array(0);

/** Two rows through the network, each of which went through it beside itself before. */
export const pairOf = (
  chain: Chain,
  rows: readonly [Float32Array, Float32Array],
  [left, right]: readonly [SelfTrace, SelfTrace],
): PairKernels => follow(chain, rows, (index) => [left.notes.get(index) ?? EMPTY, right.notes.get(index) ?? EMPTY]);

type Notes = (index: number, stage: Stage, covariance: Covariance) => readonly [Float64Array, Float64Array];

function follow(chain: Chain, rows: readonly [Float32Array, Float32Array], notesOf: Notes): PairKernels {
  const nngp = inputCovariance(chain, rows);
  let covariance: Covariance = { nngp, tangent: new Float64Array(nngp.length) };
  chain.stages.forEach((stage, index) => {
    covariance = after(stage, covariance, notesOf(index, stage, covariance));
  });
  return { nngp: covariance.nngp[0]!, tangent: covariance.tangent[0]! };
}

/** x_a · z_b / channels between positions. */
function inputCovariance(
  { channels, positions, isDiagonal }: Chain,
  [x, z]: readonly [Float32Array, Float32Array],
): Float64Array {
  const covariance = new Float64Array(isDiagonal ? positions : positions * positions);
  for (let c = 0; c < channels; c++) {
    for (let a = 0; a < positions; a++) {
      const value = x[c * positions + a]! / channels;
      if (isDiagonal) covariance[a]! += value * z[c * positions + a]!;
      else for (let b = 0; b < positions; b++) covariance[a * positions + b]! += value * z[c * positions + b]!;
    }
  }
  return covariance;
}

function after(
  { step: { layer }, layout, reads, means }: Stage,
  covariance: Covariance,
  notes: readonly [Float64Array, Float64Array],
): Covariance {
  const { nngp, tangent } = covariance;
  const both = (of: (values: Float64Array) => Float64Array): Covariance => ({ nngp: of(nngp), tangent: of(tangent) });
  switch (layer.layer) {
    case 'dense':
      affine(covariance, layer);
      return covariance;
    case 'conv': {
      const convolved = both((values) => convolve(values, reads, layout, layer.kernel[0] * layer.kernel[1]));
      affine(convolved, layer);
      return convolved;
    }
    case 'activation':
      activate(covariance, means!, notes, layout);
      return covariance;
    case 'attention':
      return layer.scaling === 'linear'
        ? attendLinearly(covariance, notes, layout.positions, layer)
        : attendAtRoot(covariance, layer);
    case 'flatten':
      return both((values) => flattened(values, layout));
    case 'globalAverage':
      return both(averaged);
  }
}
