import { exportOnnx, f32, reshape, trace } from '@unbraid/graph';
import { paramSpecs } from '../training/training-step.ts';
import { checkParams, type TrainedVae } from './trained-vae.ts';

/** Bytes of two `.onnx` files with open batch sizes. */
export interface OnnxModels {
  /** `images` [batch, channels, height, width] in [0, 1], or `rows` [batch, cols], to `mean` and `logVariance` [batch, latent]. */
  readonly encoder: Uint8Array;
  /** `codes` [batch, latent] to `images` or `rows` of the same shape: what is expected of them; of tables also to `outputs`, the decoder's means and logits. */
  readonly decoder: Uint8Array;
}

/** Encoder and decoder as ONNX models, the parameters of each stored in it. */
export function exportVae(trained: TrainedVae): OnnxModels {
  checkParams(trained);
  const { vae, params } = trained;
  const { latent, likelihood, rows } = vae;
  const { noun, cols, form } = rows;
  const shapeOf = (batch: number) => [batch, ...rows.shape];
  const specs = paramSpecs(vae);
  const encoder = (batch: number) =>
    trace({ [noun]: f32(...shapeOf(batch)), params: specs }, (inputs) => {
      const { mean, logVariance } = vae.encode(inputs.params, reshape(inputs[noun]!, [batch, cols]));
      return { mean, logVariance };
    });
  const decoder = (batch: number) =>
    trace({ codes: f32(batch, latent), params: specs }, (inputs) => {
      const outputs = vae.decode(inputs.params, inputs.codes);
      return {
        [noun]: reshape(likelihood.mean(outputs), shapeOf(batch)),
        ...('columns' in form && { outputs }),
      };
    });
  const constants = { params: { data: params } };
  return {
    encoder: exportOnnx({ graph: encoder }, { constants }),
    decoder: exportOnnx({ graph: decoder }, { constants }),
  };
}
