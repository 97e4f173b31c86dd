import { checkSettings, finite, given, oneOf } from '@unbraid/checks';
import { mul, ShapeError, type Tensor, type Tree } from '@unbraid/graph';
import { applyModel, type Model, type ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import type { DeepLayers } from './deep-relu.ts';
import { featureParams, type GateKind, gatesOver } from './features.ts';
import { layersSettings } from './layers.ts';

/** What `deepGalu` takes. */
export interface DeepGaluSettings extends DeepLayers {
  /**
   * What gates are the signs of. `'relu'`: what a second network of the same layers has before its ReLUs. `'linear'`: the same without ReLUs, so that each gate
   * is a half-space of the input (Lakshminarayanan and Singh 2021, arXiv 2110.03403). `'input'`: a linear map of the input for each layer, `Stage.gate`.
   * Default `'relu'`.
   */
  readonly gates?: GateKind;
  /**
   * `'fixed'`: gates 1{q ≥ 0} stay as they begin, no gradient moves them. `'decoupled'`: gates σ(β q) are trained along with the linear parts, by parameters
   * of their own. Default `'fixed'`.
   */
  readonly learning?: 'fixed' | 'decoupled';
  /** β of gates that are trained, above 0. Default 4. */
  readonly sharpness?: number;
  /**
   * Parameters of a trained `deepRelu` of the same layers, flat: gates `'relu'` begin where its ReLUs are on. Default: what gates are made of is drawn, as
   * linear parts are.
   */
  readonly learnt?: Float32Array;
}

/** Linear parts, and what gates are made of. A type and not an interface, which would not pass for a tree. */
export type DeepGaluParams = {
  readonly values: { readonly stages: readonly Tree<ParamSpec>[]; readonly output: Tree<ParamSpec> };
  readonly features: readonly Tree<ParamSpec>[];
};

/** A deep network whose gates are apart from its linear parts. */
export interface DeepGalu extends Model<DeepGaluParams> {
  /** The gates of each layer for a batch, of the shape of what they gate: 0 or 1, or between where they are trained. */
  gatesOf(params: DeepGaluTensors, x: Tensor): Tensor[];
}

/** `DeepGaluParams` as tensors. */
export interface DeepGaluTensors {
  readonly values: { readonly stages: readonly unknown[]; readonly output: unknown };
  readonly features: readonly unknown[];
}

const schema = z.object({
  ...layersSettings,
  gates: oneOf('relu', 'linear', 'input').default('relu'),
  learning: oneOf('fixed', 'decoupled').default('fixed'),
  sharpness: finite({ above: 0 }).default(4),
  learnt: given<Float32Array>().optional(),
});

/**
 * The deep gated network of Lakshminarayanan and Singh 2020 (arXiv 2006.10529, section 6): layers h_l = G_l(x) ⊙ (W_l h_{l−1} + b_l), whose gates G_l are those
 * of a network of features apart from them. With fixed gates the output is linear in each W_l alone, and a sum over paths that are open or not by the input
 * alone; with one layer it is `galuNetwork`. A model of `@unbraid/nn`: `fit`, `saveModel`, `compilePredictor` and `exportModel` take it, `loadModel` reads it
 * given the model.
 * @throws {InputError} for settings that are unknown or don't go together, and for `learnt` of another network, or not finite
 * @throws {ShapeError} from `apply`, for gates of another shape than what they gate
 */
export function deepGalu(settings: DeepGaluSettings): DeepGalu {
  const checked = checkSettings('galu: deepGalu', schema, settings);
  const { stages, output } = checked;
  const gates = gatesOver(checked);
  return {
    name: `GaLU network of ${stages.length} gated layers`,
    params: {
      values: { stages: stages.map(({ linear }) => linear.params), output: output.params },
      features: featureParams(checked),
    },
    gatesOf: ({ features }, x) => gates(features, x),
    apply(params, x, mode) {
      const { values, features } = params as unknown as DeepGaluTensors;
      const open = gates(features, x, mode);
      const last = stages.reduce((h, { linear, after }, l) => {
        const gated = mul(...matched(open[l]!, applyModel(linear, values.stages[l], h, mode), l));
        return after ? applyModel(after, {}, gated, mode) : gated;
      }, x);
      return applyModel(output, values.output, last, mode);
    },
  };
}

function matched(gate: Tensor, out: Tensor, layer: number): [Tensor, Tensor] {
  if (gate.shape.join() === out.shape.join()) return [gate, out];
  throw new ShapeError(
    `galu: deepGalu: layer ${layer} (counted from 0) has gates [${gate.shape.join(', ')}] for outputs [${out.shape.join(', ')}]; give a gate for each output`,
  );
}
