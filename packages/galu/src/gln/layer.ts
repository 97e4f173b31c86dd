import type { Random } from '@unbraid/kernels';
import { type GlnConfiguration, type LayerShape, shapesOf } from './settings.ts';

/** Half-spaces of a layer's neurons, which stay as they were drawn, and the weights of all networks. */
export interface GlnLayer {
  readonly shape: LayerShape;
  readonly normals: Float32Array;
  readonly offsets: Float32Array;
  /** They change with each update. */
  readonly weights: Float32Array;
}

/**
 * Layers before training: unit normals, each direction as likely as another; offsets N(0, offset²); and weights that give the mean of the logits before, one
 * over their number (Veness et al. 2021, section "Weight initialization").
 */
export function drawLayers(configuration: GlnConfiguration, random: Random): GlnLayer[] {
  return shapesOf(configuration).map((shape, l) => {
    const [neurons, halfSpaces, inputs] = shape.normals;
    const stream = random.split(`layer ${l}`);
    const normals = stream.split('normals').normal(new Float32Array(neurons * halfSpaces * inputs));
    for (let at = 0; at < normals.length; at += inputs) normalize(normals.subarray(at, at + inputs));
    const offsets = stream.split('offsets').normal(new Float32Array(neurons * halfSpaces), 0, configuration.offset);
    const [networks, , contexts, before] = shape.weights;
    const weights = new Float32Array(networks * neurons * contexts * before).fill(1 / before);
    return { shape, normals, offsets, weights };
  });
}

function normalize(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}

/** Which context each neuron is in: bit i is 1 where v_i·z ≥ b_i. */
export function contextsOf({ shape, normals, offsets }: GlnLayer, z: Float64Array, out: Int32Array): void {
  const [neurons, halfSpaces, inputs] = shape.normals;
  for (let n = 0; n < neurons; n++) {
    let context = 0;
    for (let i = 0; i < halfSpaces; i++) {
      const at = n * halfSpaces + i;
      if (dot(normals, at * inputs, z, inputs) >= offsets[at]!) context |= 1 << i;
    }
    out[n] = context;
  }
}

/** What a neuron's update takes. */
export interface GlnStep {
  /** η of this step. */
  readonly rate: number;
  /** b */
  readonly bound: number;
}

/**
 * One network's predictions of a layer, as logits, from those of the layer before: the geometric mixture σ(w·logit p), its logit cut to ±`limit`. With a step,
 * each neuron that was asked also goes down the gradient of its own logarithmic loss, (σ − y) logit p, and its weights are cut to ±b (Veness et al. 2021,
 * algorithm 1).
 * @param before logits of the layer before, the constant one first
 * @param out gets the logits from its entry 1 on; entry 0 is the constant one
 * @param target 1 for the network's class, 0 for another
 */
export function mixLayer(
  { shape, weights }: GlnLayer,
  network: number,
  contexts: Int32Array,
  before: Float64Array,
  out: Float64Array,
  limit: number,
  target = 0,
  step?: GlnStep,
): void {
  const [, neurons, count, inputs] = shape.weights;
  for (let n = 0; n < neurons; n++) {
    const at = ((network * neurons + n) * count + contexts[n]!) * inputs;
    const logit = Math.min(limit, Math.max(-limit, dot(weights, at, before, inputs)));
    out[n + 1] = logit;
    if (step) descend(weights, at, before, inputs, step.rate * (sigmoid(logit) - target), step.bound);
  }
}

function descend(
  weights: Float32Array,
  at: number,
  before: Float64Array,
  inputs: number,
  rate: number,
  bound: number,
): void {
  for (let j = 0; j < inputs; j++) {
    const next = weights[at + j]! - rate * before[j]!;
    weights[at + j] = Math.min(bound, Math.max(-bound, next));
  }
}

/** Four sums at a time, for none then waits for the one before; of one type of arrays, which the engine then knows. */
function dot(a: Float32Array, from: number, b: Float64Array, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = length - (length % 4);
  for (let j = 0; j < whole; j += 4) {
    s0 += a[from + j]! * b[j]!;
    s1 += a[from + j + 1]! * b[j + 1]!;
    s2 += a[from + j + 2]! * b[j + 2]!;
    s3 += a[from + j + 3]! * b[j + 3]!;
  }
  for (let j = whole; j < length; j++) s0 += a[from + j]! * b[j]!;
  return s0 + s1 + (s2 + s3);
}

/** 1/(1 + e^{−x}), which never overflows. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
