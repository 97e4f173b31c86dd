import { layoutOf } from '@unbraid/graph';
import type { TrainedVae } from './trained-vae.ts';

/** The values that each latent can have, in their order, where latents are quantized; else undefined. */
export function valuesOf({ vae, params }: TrainedVae): readonly Float32Array[] | undefined {
  if (!vae.quantizer) return undefined;
  const place = layoutOf(vae.params, 'params').leaves.find(({ path }) => path === 'quantizer.values')!;
  const { values } = vae.quantizer;
  return Array.from({ length: vae.latent }, (_, j) =>
    params.slice(place.offset + j * values, place.offset + (j + 1) * values).sort(),
  );
}
