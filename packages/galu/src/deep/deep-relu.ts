import { checkSettings } from '@unbraid/checks';
import { relu, type Tree } from '@unbraid/graph';
import { type AnyModel, applyModel, type Model, type ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import { layersSettings } from './layers.ts';
import type { Stage } from './stages.ts';

/** What a deep network is made of. */
export interface DeepLayers {
  /** Gated layers, one after the other. */
  readonly stages: readonly Stage[];
  /** The last layer, which has no gates. */
  readonly output: AnyModel;
}

/** Parameters of each layer: of `linear`, and of the last layer. A type and not an interface, which would not pass for a tree. */
export type DeepReluParams = { readonly stages: readonly Tree<ParamSpec>[]; readonly output: Tree<ParamSpec> };

/**
 * The ReLU network of the same layers as `deepGalu`'s: gate and linear part share their parameters. Its trained parameters can be the gates of one (`learnt`).
 * @throws {InputError} for settings that are unknown, and where there is no layer
 */
export function deepRelu(layers: DeepLayers): Model<DeepReluParams> {
  const { stages, output } = checkSettings('galu: deepRelu', z.object(layersSettings), layers);
  return {
    name: `ReLU network of ${stages.length} gated layers`,
    params: { stages: stages.map(({ linear }) => linear.params), output: output.params },
    apply(params, x, mode) {
      const p = params as unknown as { readonly stages: readonly unknown[]; readonly output: unknown };
      const last = stages.reduce((h, { linear, after }, l) => {
        const active = relu(applyModel(linear, p.stages[l], h, mode));
        return after ? applyModel(after, {}, active, mode) : active;
      }, x);
      return applyModel(output, p.output, last, mode);
    },
  };
}
