import { checkSettings } from '@unbraid/checks';
import { readSafetensors, writeFileAtomic } from '@unbraid/data';
import type { ImageVae } from '../vae/create-vae.ts';
import type { Vae } from '../vae/vae.ts';
import { encodeVae, type LoadVaeOptions, loadSchema, trainedIn } from './save.ts';
import { exportVae, type OnnxModels } from './save-onnx.ts';
import type { TrainedVae } from './trained-vae.ts';

/** Writes what `encodeVae` gives to a file, whole or not at all. @throws {InputError} as `encodeVae`, and for a file that can't be written */
export async function saveVae(trained: TrainedVae, path: string): Promise<void> {
  await writeFileAtomic(path, encodeVae(trained));
}

/** Reads a VAE that `saveVae` wrote. @throws {InputError} as `decodeVae`, and for a file that can't be read */
export async function loadVae<V extends Vae = ImageVae>(
  path: string,
  options: LoadVaeOptions<V> = {},
): Promise<TrainedVae<V>> {
  const { vae, name = path } = checkSettings('dynamic-vae: loadVae', loadSchema, options);
  return trainedIn(await readSafetensors(path), name, vae) as TrainedVae<V>;
}

/** Writes `encoder.onnx` and `decoder.onnx` of `exportVae` to the paths given, each whole or not at all. */
export async function saveVaeOnnx(
  trained: TrainedVae,
  paths: Readonly<Record<keyof OnnxModels, string>>,
): Promise<void> {
  const { encoder, decoder } = exportVae(trained);
  await writeFileAtomic(paths.encoder, encoder);
  await writeFileAtomic(paths.decoder, decoder);
}
