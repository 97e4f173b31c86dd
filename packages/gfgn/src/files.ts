import { readSafetensors, writeFileAtomic } from '@unbraid/data';
import type { TrainedModel } from './fit/options.ts';
import { encodeModel, type LoadModelOptions, modelIn } from './save.ts';

/** Writes what `encodeModel` gives to a file, whole or not at all. @throws {InputError} as `encodeModel`, and for a file that can't be written */
export async function saveModel(model: TrainedModel, path: string): Promise<void> {
  await writeFileAtomic(path, encodeModel(model));
}

/** Reads what `saveModel` wrote. @throws {InputError} as `decodeModel`, naming the file, and for a file that can't be read */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<TrainedModel> {
  return modelIn(await readSafetensors(path), path, options);
}
