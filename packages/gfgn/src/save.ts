import { readSafetensors, requireTensor, writeSafetensors } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import type { TrainedModel } from './fit/fit.ts';
import { createModel, type ModelSettings } from './models.ts';

const FORMAT = 'unbraid-gfgn-1';

/** Writes a trained model as safetensors: each parameter by its name, the settings as metadata. */
export async function saveModel(path: string, { settings, params }: TrainedModel): Promise<void> {
  const { leaves } = layoutOf(createModel(settings).params, 'params');
  const tensors = Object.fromEntries(
    leaves.map(({ path: name, shape, offset, size }) => [
      name,
      { dtype: 'F32' as const, shape, data: params.subarray(offset, offset + size) },
    ]),
  );
  await writeSafetensors(path, tensors, { format: FORMAT, settings: JSON.stringify(settings) });
}

/** Reads what `saveModel` wrote. @throws {Error} for a file that is damaged or of another kind */
export async function loadModel(path: string): Promise<TrainedModel> {
  const file = await readSafetensors(path);
  if (file.metadata.format !== FORMAT)
    throw new Error(
      `gfgn: ${path} is not a saved model (format ${file.metadata.format ?? 'missing'}, expected ${FORMAT})`,
    );
  const { settings } = createModel(JSON.parse(file.metadata.settings ?? '{}') as ModelSettings);
  const layout = layoutOf(createModel(settings).params, 'params');
  const params = new Float32Array(layout.size);
  for (const { path: name, shape, offset } of layout.leaves) {
    const tensor = requireTensor(file, name, 'F32');
    if (tensor.shape.join() !== shape.join())
      throw new Error(`gfgn: ${path}: ${name} is [${tensor.shape.join(', ')}], the model's is [${shape.join(', ')}]`);
    params.set(tensor.data, offset);
  }
  return { settings, params };
}
