import { checkSettings } from '@unbraid/checks';
import { readSafetensors, writeFileAtomic } from '@unbraid/data';
import { type FittedGalu, fitted } from './fitted.ts';
import { type LoadOptions, loadSettings, parseGalu } from './load.ts';
import { encodeGalu, exportGalu, type GaluExportOptions, type SavedGalu } from './save.ts';

/** Writes what `encodeGalu` gives to a file, whole or not at all. @throws {InputError} as `encodeGalu`, and for a file that can't be written */
export async function saveGalu(model: SavedGalu, path: string): Promise<void> {
  await writeFileAtomic(path, encodeGalu(model));
}

/** Reads a network that `saveGalu` wrote. @throws {InputError} as `decodeGalu`, and for a file that can't be read */
export async function loadGalu(path: string, options: LoadOptions = {}): Promise<FittedGalu> {
  const { runtime, name } = checkSettings('galu: loadGalu', loadSettings, options);
  const { network, report } = parseGalu(await readSafetensors(path), name ?? path);
  return fitted(network, report, runtime);
}

/** Writes what `exportGalu` gives to a file, whole or not at all. @throws {InputError} as `exportGalu`, and for a file that can't be written */
export async function saveOnnx(
  model: Pick<SavedGalu, 'network'>,
  path: string,
  options: GaluExportOptions = {},
): Promise<void> {
  await writeFileAtomic(path, exportGalu(model, options));
}
