import { checkSettings, InputError } from '@unbraid/checks';
import { datasetFile } from '../datasets/dataset.ts';
import { type LocateOptions, locateDatasetFile } from '../datasets/locate.ts';
import { shapes3d } from '../datasets/shapes3d.ts';
import {
  channelsFirst,
  checkIndexes,
  type FactorImages,
  factorsSettings,
  gridValues,
  type ImageFactor,
} from './factor-images.ts';
import { gridCount } from './grid.ts';
import { openHdf5Rows } from './hdf5-rows.ts';

/** What varies in 3D Shapes, in its own order, the last fastest. */
export const shapes3dFactors: readonly ImageFactor[] = [
  { name: 'floor hue', size: 10 },
  { name: 'wall hue', size: 10 },
  { name: 'object hue', size: 10 },
  { name: 'scale', size: 8 },
  { name: 'shape', size: 4 },
  { name: 'orientation', size: 15 },
];

/** What `openShapes3d` may be told. */
export interface Shapes3dOptions {
  /** The factors of the file's images; by default those of the official file. */
  readonly factors?: readonly ImageFactor[];
}

/**
 * Opens 3D Shapes (Burgess and Kim 2018): 480,000 images, 64 × 64 in colour, of a room with an object, 5.9 GB unpacked, which stay in the HDF5 file and are read as they are
 * asked for. Takes `h5wasm` (an optional dependency), which works in a thread of its own until `close`.
 *
 * @throws {InputError} for factors that can't be, and where h5wasm isn't installed, the file can't be read, or has no such images
 */
export async function openShapes3d(path: string, options: Shapes3dOptions = {}): Promise<FactorImages> {
  const { factors = shapes3dFactors } = checkSettings('data: openShapes3d', factorsSettings, options);
  const rows = await openHdf5Rows(path, 'images');
  const [count = 0, height = 0, width = 0, channels = 0] = rows.shape;
  if (rows.shape.length !== 4 || count !== gridCount(factors)) {
    await rows.close();
    throw new InputError(
      'file',
      `data: images in ${path} has the shape (${rows.shape.join(', ')}); (${gridCount(factors)}, height, width, channels) is needed`,
    );
  }
  const pixels = height * width * channels;
  return {
    count,
    image: { channels, height, width },
    factors,
    valuesOf: (indexes) => gridValues(factors, indexes, count),
    async read(indexes) {
      checkIndexes(indexes, count);
      const found = await rows.read(indexes);
      const out = new Uint8Array(found.length);
      for (let i = 0; i < indexes.length; i++)
        channelsFirst(
          found.subarray(i * pixels, (i + 1) * pixels),
          channels,
          out.subarray(i * pixels, (i + 1) * pixels),
        );
      return out;
    },
    close: () => rows.close(),
  };
}

/**
 * Opens 3D Shapes' official file: from `$UNBRAID_DATA/shapes3d`, the cache, or downloaded (268 MB) and checked.
 * @throws {InputError} as `locateDatasetFile` and `openShapes3d`
 */
export const loadShapes3d = async (options: LocateOptions = {}): Promise<FactorImages> =>
  openShapes3d(await locateDatasetFile(shapes3d, datasetFile(shapes3d, '3dshapes.h5'), options));
