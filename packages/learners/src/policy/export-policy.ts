import { exportOnnx, f32, trace } from '@unbraid/graph';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { flatSize } from '@unbraid/sim-env';
import { normalizeTensor } from '../normalization/normalization.ts';
import type { Policy } from './policy.ts';

/**
 * The bytes of an `.onnx` file (operator set 18) that acts: from `observation` `[batch, n]`, flat as `flatten` of `@unbraid/sim-env` makes them and not normalized, to
 * `action` `[batch, k]`, the likeliest one as the environment takes it, in float32, and `outputs`, what the distribution reads: logits, or means and logarithms of
 * standard deviations. The spaces are in the metadata, as JSON. The batch size is open.
 * @throws {InputError} for a model that does something else for other batch sizes
 */
export function exportPolicy(policy: Policy): Uint8Array<ArrayBuffer> {
  const { model, params, observationSpace, distribution, normalization } = policy;
  const inputs = flatSize(observationSpace);
  const graph = (batch: number) =>
    trace({ params: model.params as ParamSpec, observation: f32(batch, inputs) }, (tensors) => {
      const rows = normalization ? normalizeTensor(normalization, tensors.observation) : tensors.observation;
      const outputs = applyModel(model, tensors.params, rows);
      return { action: distribution.mode(outputs), outputs };
    });
  const metadata = {
    observation_space: JSON.stringify(observationSpace),
    action_space: JSON.stringify(distribution.actionSpace),
    distribution: distribution.name,
  };
  return exportOnnx({ graph }, { constants: { params: { data: params } }, metadata });
}
