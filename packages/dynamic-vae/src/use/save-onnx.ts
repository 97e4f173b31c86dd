import { exportOnnx, f32, reshape, sigmoid, trace } from '@unbraid/graph';
import { paramSpecs } from '../training/training-step.ts';
import { checkParams, type TrainedVae } from './trained-vae.ts';

/** Bytes of two `.onnx` files with open batch sizes. */
export interface OnnxModels {
  /** `images` [batch, channels, size, size] in [0, 1] to `mean` and `logVariance` [batch, latent]. */
  readonly encoder: Uint8Array;
  /** `codes` [batch, latent] to `images` [batch, channels, size, size] in [0, 1]. */
  readonly decoder: Uint8Array;
}

/** Encoder and decoder as ONNX models, the parameters of each stored in it. */
export function exportVae(trained: TrainedVae): OnnxModels {
  checkParams(trained);
  const { vae, params } = trained;
  const { image, latent } = vae.settings;
  const images = (batch: number) => [batch, image.channels, image.size, image.size] as const;
  const specs = paramSpecs(vae);
  const encoder = (batch: number) =>
    trace({ images: f32(...images(batch)), params: specs }, (inputs) => {
      const { mean, logVariance } = vae.encode(inputs.params, reshape(inputs.images, [batch, vae.pixels]));
      return { mean, logVariance };
    });
  const decoder = (batch: number) =>
    trace({ codes: f32(batch, latent), params: specs }, (inputs) => ({
      images: reshape(sigmoid(vae.decode(inputs.params, inputs.codes)), images(batch)),
    }));
  const constants = { params: { data: params } };
  return {
    encoder: exportOnnx({ graph: encoder }, { constants }),
    decoder: exportOnnx({ graph: decoder }, { constants }),
  };
}
