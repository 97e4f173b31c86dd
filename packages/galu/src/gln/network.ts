import { contextsOf, type GlnLayer, mixLayer, sigmoid } from './layer.ts';
import type { GlnConfiguration } from './settings.ts';

/** The logit of the constant prediction that each layer begins with: that of e/(1 + e). */
const CONSTANT = 1;

/** What a row is shown for: its networks' targets, the class it is of, at a rate. */
export interface GlnTarget {
  readonly label: number;
  /** η of this step. */
  readonly rate: number;
}

/** Predictions of all networks for a row; with a target, all neurons learn from it, too. */
export type GlnPass = (row: Float32Array, target?: GlnTarget) => Float64Array;

/**
 * Makes the pass of a row through all networks, in memory of its own: what it returns is overwritten by the next.
 * @returns probabilities as before the update: of class 1 of two, or of each class against all others
 */
export function glnPass(layers: readonly GlnLayer[], configuration: GlnConfiguration): GlnPass {
  const { inputs, classes, base, epsilon, weightBound: bound } = configuration;
  const networks = classes === 2 ? 1 : classes;
  const limit = Math.log((1 - epsilon) / epsilon);
  const constant = Math.min(CONSTANT, limit);
  const room = (length: number) => new Float64Array(length + 1).fill(constant);
  const first = room(inputs);
  const z = new Float64Array(inputs);
  const logits = layers.map(({ shape }) => room(shape.weights[1]));
  const contexts = layers.map(({ shape }) => new Int32Array(shape.weights[1]));
  const out = new Float64Array(networks);
  const logitOf = base === 'logits' ? (x: number) => x : (x: number) => logit(x);
  return (row, target) => {
    for (let j = 0; j < inputs; j++) first[j + 1] = Math.min(limit, Math.max(-limit, logitOf(row[j]!)));
    z.set(row);
    layers.forEach((layer, l) => void contextsOf(layer, z, contexts[l]!));
    for (let network = 0; network < networks; network++) {
      const isClass = Number(target?.label === (classes === 2 ? 1 : network));
      const step = target && { rate: target.rate, bound };
      layers.forEach((layer, l) => {
        const before = l === 0 ? first : logits[l - 1]!;
        mixLayer(layer, network, contexts[l]!, before, logits[l]!, limit, isClass, step);
      });
      out[network] = sigmoid(logits.at(-1)![1]!);
    }
    return out;
  };
}

/** log p/(1 − p), ±∞ at the ends of [0, 1] and beyond, for what is cut anyway. */
const logit = (p: number): number => (p <= 0 ? -Infinity : p >= 1 ? Infinity : Math.log(p / (1 - p)));
