import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkSettings, InputError, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { cacheFolder, type DataEnvironment, userDataFolder } from '../datasets/folders.ts';
import {
  channelsFirst,
  checkIndexes,
  closedError,
  type FactorImages,
  factorsSettings,
  gridValues,
  type ImageFactor,
} from './factor-images.ts';
import { gridCount } from './grid.ts';
import { openNpzImages } from './npz-images.ts';

const factorsOf = (colours: number, shapes: number): readonly ImageFactor[] => [
  { name: 'object colour', size: colours },
  { name: 'object shape', size: shapes },
  { name: 'object size', size: 2 },
  { name: 'camera height', size: 3 },
  { name: 'background colour', size: 3 },
  { name: 'horizontal axis', size: 40 },
  { name: 'vertical axis', size: 40 },
];

/** What varies in MPI3D, in its own order, the last fastest: rendered images have four colours and shapes, real ones six. */
export const mpi3dFactors = { toy: factorsOf(4, 4), realistic: factorsOf(4, 4), real: factorsOf(6, 6) } as const;

/** What `openMpi3d` may be told. */
export interface Mpi3dOptions {
  /** The factors of the file's images; by default those of the set that has so many images. */
  readonly factors?: readonly ImageFactor[];
}

/**
 * Opens MPI3D's `.npz` file (Gondal et al. 2019, arXiv 1906.03292): 460,800 rendered or 1,036,800 real images, 64 × 64 in colour, 5.7 and 12.7 GB unpacked, which stay on the
 * disk. Where the array `images` is stored in the archive as it is, an image is read at its place; where it is packed, `read` unpacks it from its beginning to the last image
 * asked for, which takes as long as that: ask for many at once.
 *
 * @throws {InputError} where the file can't be read, or has no images of the factors
 */
export async function openMpi3d(path: string, options: Mpi3dOptions = {}): Promise<FactorImages> {
  const { factors: given } = checkSettings('data: openMpi3d', factorsSettings, options);
  const images = await openNpzImages(path, 'images');
  const known = [mpi3dFactors.toy, mpi3dFactors.real];
  const factors = given ?? known.find((each) => gridCount(each) === images.count);
  const grid = factors && gridCount(factors);
  if (factors === undefined || grid !== images.count) {
    await images.close();
    const needed = grid ?? known.map(gridCount).join(' or ');
    throw new InputError('file', `data: images in ${path} has ${images.count} images, ${needed} are needed`);
  }
  const [height, width, channels] = images.shape;
  const pixels = height * width * channels;
  let closed = false;
  return {
    count: images.count,
    image: { channels, height, width },
    factors,
    valuesOf: (indexes) => gridValues(factors, indexes, images.count),
    async read(indexes) {
      if (closed) throw closedError(path);
      checkIndexes(indexes, images.count);
      const out = new Uint8Array(indexes.length * pixels);
      const order = Array.from(indexes, (_, i) => i).sort((a, b) => indexes[a]! - indexes[b]!);
      const rising = order.map((i) => indexes[i]!);
      await images.each(rising, (image, at) => {
        channelsFirst(image, channels, out.subarray(order[at]! * pixels, (order[at]! + 1) * pixels));
      });
      return out;
    },
    close() {
      closed = true;
      return images.close();
    },
  };
}

/** As the authors' repository and disentanglement_lib name them. */
const FILES = {
  toy: 'sim_toy_64x_ordered_without_heldout_factors.npz',
  realistic: 'sim_realistic_64x_ordered_without_heldout_factors.npz',
  real: 'mpi3d_real.npz',
} as const;
const ADDRESS = 'https://storage.googleapis.com/disentanglement_dataset/data_npz/';

/**
 * Opens MPI3D from its official file in `$UNBRAID_DATA/mpi3d` or in the cache. It is not downloaded: its authors publish no checksum, and the registry
 * takes no file without one.
 *
 * @throws {InputError} `file`, where it is in neither place (says where to get it and where to put it), and as `openMpi3d`
 */
export async function loadMpi3d(
  kind: keyof typeof FILES,
  environment: DataEnvironment = process.env,
): Promise<FactorImages> {
  checkSettings('data: loadMpi3d', z.object({ kind: oneOf('toy', 'realistic', 'real') }), { kind });
  const file = FILES[kind];
  const cache = cacheFolder('mpi3d', environment);
  const folders = [userDataFolder('mpi3d', environment), cache].filter((folder) => folder !== undefined);
  const path = folders.map((folder) => join(folder, file)).find((candidate) => existsSync(candidate));
  if (path !== undefined) return openMpi3d(path, { factors: mpi3dFactors[kind] });
  const from =
    kind === 'real'
      ? 'the file of real images, from https://github.com/rr-learning/disentanglement_dataset,'
      : `${ADDRESS}${file}`;
  throw new InputError('file', `data: MPI3D is not in ${folders.join(' or ')}; save ${from} as ${join(cache, file)}`);
}
