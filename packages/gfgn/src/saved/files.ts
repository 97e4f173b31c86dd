import { readSafetensors, writeFileAtomic } from '@unbraid/data';
import type { TrainedModel } from '../fit/options.ts';
import type { TrainedLinkModel } from '../links/fit-links.ts';
import type { TrainedGraphModel } from '../whole-graphs/fit-graphs.ts';
import { encodeGraphModel, graphModelIn } from './graph-model.ts';
import { encodeLinkModel, linkModelIn } from './link-model.ts';
import { encodeModel, modelIn } from './node-model.ts';
import type { LoadModelOptions } from './params-file.ts';

/** Writes what `encodeModel` gives to a file, whole or not at all. @throws {InputError} as `encodeModel`, and for a file that can't be written */
export async function saveModel(model: TrainedModel, path: string): Promise<void> {
  await writeFileAtomic(path, encodeModel(model));
}

/** Reads what `saveModel` wrote. @throws {InputError} as `decodeModel`, naming the file, and for a file that can't be read */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<TrainedModel> {
  return modelIn(await readSafetensors(path), path, options);
}

/** Writes what `encodeGraphModel` gives to a file, whole or not at all. @throws {InputError} as `encodeGraphModel`, and for a file that can't be written */
export async function saveGraphModel(model: TrainedGraphModel, path: string): Promise<void> {
  await writeFileAtomic(path, encodeGraphModel(model));
}

/** Reads what `saveGraphModel` wrote. @throws {InputError} as `decodeGraphModel`, naming the file, and for a file that can't be read */
export async function loadGraphModel(path: string, options: LoadModelOptions = {}): Promise<TrainedGraphModel> {
  return graphModelIn(await readSafetensors(path), path, options);
}

/** Writes what `encodeLinkModel` gives to a file, whole or not at all. @throws {InputError} as `encodeLinkModel`, and for a file that can't be written */
export async function saveLinkModel(model: TrainedLinkModel, path: string): Promise<void> {
  await writeFileAtomic(path, encodeLinkModel(model));
}

/** Reads what `saveLinkModel` wrote. @throws {InputError} as `decodeLinkModel`, naming the file, and for a file that can't be read */
export async function loadLinkModel(path: string, options: LoadModelOptions = {}): Promise<TrainedLinkModel> {
  return linkModelIn(await readSafetensors(path), path, options);
}
