import {
  drawSprites,
  readSafetensors,
  requireTensor,
  type SafeTensor,
  SPRITE_COUNT,
  writeSafetensors,
} from '@unbraid/data';
import { createVae, imageNetworks, type Objective, type Vae, vaeFrom } from '@unbraid/dynamic-vae';
import { layoutOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import type { Binding } from '../own-binding.ts';

/** Training steps of a VAE, as every side makes them. */
export interface VaeTask {
  readonly work: VaeWork;
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

/**
 * What is trained: `beta`, the paper's network on drawn sprites of 64 × 64 pixels by β-VAE; `tc`, the same by β-TCVAE, minibatch-weighted; `own`, a convolutional network given to `vaeFrom`, on images of 3 × 48 × 80
 * pixels with an optimal σ, by β-VAE. Ten latents.
 */
export type VaeWork = 'beta' | 'tc' | 'own';

const sides = { channels: 3, height: 48, width: 80 } as const;

/** The network of a work. */
export const vaeOf = (work: VaeWork): Vae =>
  work === 'own'
    ? vaeFrom({ input: sides, ...imageNetworks(sides, 10), likelihood: { name: 'gaussian', variance: 'optimal' } })
    : createVae({ image: { channels: 1, size: 64 } });

/** What a work is trained for. */
export const objectiveOf = ({ work, beta }: Pick<VaeTask, 'work' | 'beta'>): Objective =>
  work === 'tc' ? { name: 'tc', beta, count: SPRITE_COUNT } : { name: 'beta', beta };

/** The side of sprites in pixels. */
const SPRITE_SIZE = 64;

/** The seed of our fits; their noise in step t is drawn from this stream. */
export const FIT_SEED = 1;
const noiseOfStep = (step: number) => createRandom(FIT_SEED).split('noise').split(step);

/** Writes a batch `x` of sprites, or of random images where they are in colour, first weights `params.PATH`, and the `noise` of the checked steps, steps x rows x latents. */
export async function writeVaeTask({ file, work, checkedSteps }: VaeTask, rows: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const vae = vaeOf(work);
  const indexes = Int32Array.from({ length: rows }, () => random.int(SPRITE_COUNT));
  const { cols } = vae.rows;
  const data = work === 'own' ? random.uniform(new Float32Array(rows * cols)) : drawSprites(indexes, SPRITE_SIZE);
  const params = initialize(vae, random.split('weights'));
  const { latent } = vae;
  const noise = new Float32Array(checkedSteps * rows * latent);
  for (let step = 0; step < checkedSteps; step++) {
    noiseOfStep(step).normal(noise.subarray(step * rows * latent, (step + 1) * rows * latent));
  }
  const weights = layoutOf(vae.params, 'params').leaves.map(({ path, shape, offset, size: count }) => {
    const tensor: SafeTensor = { dtype: 'F32', shape, data: params.slice(offset, offset + count) };
    return [`params.${path}`, tensor] as const;
  });
  await writeSafetensors(file, {
    x: { dtype: 'F32', shape: [rows, cols], data },
    noise: { dtype: 'F32', shape: [checkedSteps, rows, latent], data: noise },
    ...Object.fromEntries(weights),
  });
}

/** What `writeVaeTask` wrote, with the weights flat. */
export async function readVaeTask({ file, work }: Pick<VaeTask, 'file' | 'work'>) {
  const vae = vaeOf(work);
  const content = await readSafetensors(file);
  const { size, leaves } = layoutOf(vae.params, 'params');
  const params = new Float32Array(size);
  for (const { path, offset } of leaves) params.set(requireTensor(content, `params.${path}`, 'F32').data, offset);
  const x = requireTensor(content, 'x', 'F32');
  return { vae, x: x.data, rows: x.shape[0]!, params };
}
