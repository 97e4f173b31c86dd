import {
  drawSprites,
  readSafetensors,
  requireTensor,
  type SafeTensor,
  SPRITE_COUNT,
  writeSafetensors,
} from '@unbraid/data';
import { createVae } from '@unbraid/dynamic-vae';
import { layoutOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import type { Binding } from '../own-binding.ts';

/** Training steps of the paper's network at 64 pixels, as every side makes them. */
export interface VaeTask {
  /** A safetensors file as `writeVaeTask` makes it. */
  readonly file: string;
  readonly learningRate: number;
  /** The weight of the KL divergence. */
  readonly beta: number;
  /** Steps on the one batch with given noise, whose losses are reported. */
  readonly checkedSteps: number;
  readonly threads: number;
  /** Our side's. */
  readonly binding?: Binding;
}

/** The network: drawn sprites of 64 × 64 pixels, ten latents. */
export const vae = createVae({ image: { channels: 1, size: 64 } });

/** The seed of our fits; their noise in step t is drawn from this stream. */
export const FIT_SEED = 1;
const noiseOfStep = (step: number) => createRandom(FIT_SEED).split('noise').split(step);

/** Writes a batch of sprites `x`, first weights `params.PATH`, and the `noise` of the checked steps, steps x rows x latents. */
export async function writeVaeTask(file: string, rows: number, checkedSteps: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const { size } = vae.settings.image;
  const indexes = Int32Array.from({ length: rows }, () => random.int(SPRITE_COUNT));
  const params = initialize(vae, random.split('weights'));
  const { latent } = vae.settings;
  const noise = new Float32Array(checkedSteps * rows * latent);
  for (let step = 0; step < checkedSteps; step++) {
    noiseOfStep(step).normal(noise.subarray(step * rows * latent, (step + 1) * rows * latent));
  }
  const weights = layoutOf(vae.params, 'params').leaves.map(({ path, shape, offset, size: count }) => {
    const tensor: SafeTensor = { dtype: 'F32', shape, data: params.slice(offset, offset + count) };
    return [`params.${path}`, tensor] as const;
  });
  await writeSafetensors(file, {
    x: { dtype: 'F32', shape: [rows, vae.pixels], data: drawSprites(indexes, size) },
    noise: { dtype: 'F32', shape: [checkedSteps, rows, latent], data: noise },
    ...Object.fromEntries(weights),
  });
}

/** What `writeVaeTask` wrote, with the weights flat. */
export async function readVaeTask({ file }: Pick<VaeTask, 'file'>) {
  const content = await readSafetensors(file);
  const { size, leaves } = layoutOf(vae.params, 'params');
  const params = new Float32Array(size);
  for (const { path, offset } of leaves) params.set(requireTensor(content, `params.${path}`, 'F32').data, offset);
  const x = requireTensor(content, 'x', 'F32');
  return { x: x.data, rows: x.shape[0]!, params };
}
