import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { cacheFolder, type DataEnvironment, userDataFolder } from '../datasets/folders.ts';
import { readDsprites, type SpriteImages } from './read-dsprites.ts';

const FILE = 'dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz';
const ADDRESS = `https://github.com/google-deepmind/dsprites-dataset/raw/master/${FILE}`;

/**
 * dSprites from its official file in `$UNBRAID_DATA/dsprites` or in the cache. It is not downloaded: its authors publish no
 * checksum, and the registry takes no file without one. Drawn sprites need no file: `drawSprites`.
 *
 * @throws where the file is in neither place (says where to get it and where to put it), or as `readDsprites`.
 */
export async function loadDsprites(environment: DataEnvironment = process.env): Promise<SpriteImages> {
  const cache = cacheFolder('dsprites', environment);
  const folders = [userDataFolder('dsprites', environment), cache].filter((folder) => folder !== undefined);
  const path = folders.map((folder) => join(folder, FILE)).find((candidate) => existsSync(candidate));
  if (path) return readDsprites(path);
  throw new InputError(
    'file',
    `data: dSprites is not in ${folders.join(' or ')}; save ${ADDRESS} as ${join(cache, FILE)}, or draw the sprites instead (drawSprites)`,
  );
}
