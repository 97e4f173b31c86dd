import { readBytes, writeFileAtomic } from '@unbraid/checks/node';
import type { AnyModel } from '../model.ts';
import { decodeModel, encodeModel, type SavedModel } from './model-codec.ts';

/**
 * Writes a model as a safetensors file, whole or not at all: `encodeModel`'s bytes.
 * @throws {InputError} as `encodeModel`, and `file` where it can't be written
 */
export async function saveModel(path: string, saved: SavedModel): Promise<void> {
  await writeFileAtomic(path, encodeModel(saved), 'nn');
}

/** What `loadModel` takes. */
export interface LoadModelOptions {
  /** The model whose parameters the file has; needed where it has layers of your own. */
  readonly model?: AnyModel | undefined;
}

/**
 * Reads a model that `saveModel` wrote.
 * @throws {InputError} as `decodeModel`, naming the file, and `file` where it can't be read
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<SavedModel> {
  return decodeModel(await readBytes(path, 'nn'), { ...options, name: path });
}
