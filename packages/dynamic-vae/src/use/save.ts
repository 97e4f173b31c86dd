import { readSafetensors, requireTensor, type SafeTensor, writeSafetensors } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { createVae, type VaeSettings } from '../vae/create-vae.ts';
import { checkParams, type TrainedVae } from './trained-vae.ts';

const FORMAT = 'unbraid-vae-1';

/** Writes a trained VAE as safetensors: a tensor for each parameter under its path, the settings as metadata. */
export async function saveVae(trained: TrainedVae, path: string): Promise<void> {
  checkParams(trained);
  const { vae, params } = trained;
  const tensors = layoutOf(vae.params, 'params').leaves.map(({ path: name, shape, offset, size }) => {
    const tensor: SafeTensor = { dtype: 'F32', shape, data: params.slice(offset, offset + size) };
    return [name, tensor] as const;
  });
  const metadata = { format: FORMAT, settings: JSON.stringify(vae.settings) };
  await writeSafetensors(path, Object.fromEntries(tensors), metadata);
}

/** Reads a VAE that `saveVae` wrote. @throws {Error} for a file that is damaged or of another kind */
export async function loadVae(path: string): Promise<TrainedVae> {
  const file = await readSafetensors(path);
  const { format, settings } = file.metadata;
  if (format !== FORMAT || settings === undefined) {
    throw new Error(`dynamic-vae: ${path} is not a saved VAE (format ${format ?? 'missing'}, expected ${FORMAT})`);
  }
  const vae = createVae(JSON.parse(settings) as VaeSettings);
  const layout = layoutOf(vae.params, 'params');
  const params = new Float32Array(layout.size);
  for (const leaf of layout.leaves) {
    const { shape, data } = requireTensor(file, leaf.path, 'F32');
    if (shape.join() !== leaf.shape.join()) {
      throw new Error(
        `dynamic-vae: ${path}: ${leaf.path} is [${shape.join(', ')}], the settings need [${leaf.shape.join(', ')}]`,
      );
    }
    params.set(data, leaf.offset);
  }
  return { vae, params };
}
