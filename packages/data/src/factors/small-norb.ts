import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkSettings, InputError, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { datasetFile } from '../datasets/dataset.ts';
import { type LocateOptions, locateDatasetFile, locateSettings } from '../datasets/locate.ts';
import { SMALL_NORB_PARTS, smallNorb } from '../datasets/small-norb.ts';
import { MOST_DEFLATED } from '../gunzip.ts';
import type { ImageShape } from '../warp.ts';
import type { ImageFactor } from './factor-images.ts';
import { eachNorbPiece } from './norb-matrix.ts';

/** What varies in SmallNORB: five of the ten toys of each kind are in a part. */
export const smallNorbFactors: readonly ImageFactor[] = [
  { name: 'category', size: 5 },
  { name: 'instance', size: 10 },
  { name: 'elevation', size: 9 },
  { name: 'azimuth', size: 18 },
  { name: 'lighting', size: 6 },
];

/** Which of a pair's images are wanted: the first camera's, the second's, or both as two channels. */
export type NorbCamera = 'first' | 'second' | 'both';

/** Images of SmallNORB in memory, with their factors. */
export interface SmallNorb {
  readonly count: number;
  /** One channel, or two of both cameras. */
  readonly image: ImageShape;
  readonly factors: readonly ImageFactor[];
  /** [count, channels · height · width] row-major, 0 black and 255 white. */
  readonly images: Uint8Array;
  /** The values of the factors, [count, 5] row-major. */
  readonly values: Uint8Array;
}

/** What of SmallNORB is read. */
export interface SmallNorbOptions {
  /** Default `train`. */
  readonly part?: 'train' | 'test';
  /** Default `first`: 224 MB; `both` are 448 MB. */
  readonly camera?: NorbCamera;
}

const settings = {
  part: oneOf('train', 'test').default('train'),
  camera: oneOf('first', 'second', 'both').default('first'),
};

/**
 * Reads a part of SmallNORB (LeCun, Huang and Bottou 2004) from its official files in a folder, gzipped or not: 24,300 pairs of images of 96 × 96 grey levels. The files are
 * read piece by piece, and only what is wanted of them is kept.
 *
 * @throws {InputError} where a file is not there, is damaged, or the three don't belong together
 */
export async function readSmallNorb(folder: string, options: SmallNorbOptions = {}): Promise<SmallNorb> {
  const { part, camera } = checkSettings('data: readSmallNorb', z.object(settings), options);
  const [dat, cat, info] = KINDS.map((kind) => pathIn(folder, `${SMALL_NORB_PARTS[part]}-${kind}.mat`));
  return smallNorbIn({ dat: dat!, cat: cat!, info: info! }, camera);
}

/**
 * A part of SmallNORB from `$UNBRAID_DATA/small-norb`, the cache, or downloaded (263 MB for both) and checked.
 * @throws {InputError} as `locateDatasetFile` and `readSmallNorb`
 */
export async function loadSmallNorb(options: SmallNorbOptions & LocateOptions = {}): Promise<SmallNorb> {
  const schema = z.object({ ...settings, ...locateSettings });
  const { part, camera, ...locating } = checkSettings('data: loadSmallNorb', schema, options);
  const paths: string[] = [];
  for (const kind of KINDS) {
    const file = datasetFile(smallNorb, `${SMALL_NORB_PARTS[part]}-${kind}.mat.gz`);
    paths.push(await locateDatasetFile(smallNorb, file, locating as LocateOptions));
  }
  const [dat, cat, info] = paths as [string, string, string];
  return smallNorbIn({ dat, cat, info }, camera);
}

const KINDS = ['dat', 'cat', 'info'] as const;

function pathIn(folder: string, name: string): string {
  const found = [join(folder, name), join(folder, `${name}.gz`)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new InputError(
    'file',
    `data: ${folder} has neither ${name} nor ${name}.gz; get them from ${smallNorb.homepage}`,
  );
}

type Paths = Readonly<Record<(typeof KINDS)[number], string>>;

async function smallNorbIn({ dat, cat, info }: Paths, camera: NorbCamera): Promise<SmallNorb> {
  const { images, image, count } = await readPixels(dat, camera);
  const categories = await readNumbers(cat, [count]);
  const others = await readNumbers(info, [count, 4]);
  const values = new Uint8Array(count * smallNorbFactors.length);
  for (let i = 0; i < count; i++) {
    const [instance, elevation, azimuth, lighting] = others.subarray(4 * i, 4 * i + 4);
    // Azimuths are 0, 2, 4 … 34, in steps of ten degrees.
    const row = [categories[i]!, instance!, elevation!, azimuth! / 2, lighting!];
    for (const [k, factor] of smallNorbFactors.entries()) {
      const value = row[k]!;
      if (!(Number.isInteger(value) && value >= 0 && value < factor.size))
        throw new InputError(
          'file',
          `data: image ${i} (counted from 0) of ${k === 0 ? cat : info} has the ${factor.name} ${value}, SmallNORB has 0 to ${factor.size - 1}`,
        );
      values[i * row.length + k] = value;
    }
  }
  return { count, image, factors: smallNorbFactors, images, values };
}

/** The images of the cameras that are wanted. */
async function readPixels(path: string, camera: NorbCamera): Promise<Pick<SmallNorb, 'images' | 'image' | 'count'>> {
  let found: Pick<SmallNorb, 'images' | 'image' | 'count'> | undefined;
  let pixels = 0;
  let at = 0;
  await eachNorbPiece(
    path,
    ({ type, shape }) => {
      const [count = 0, cameras = 0, height = 0, width = 0] = shape;
      if (type !== 'uint8' || shape.length !== 4 || cameras !== 2)
        throw new InputError(
          'file',
          `data: ${path} holds ${type} [${shape.join(', ')}]; bytes [images, 2, height, width] are needed`,
        );
      const channels = camera === 'both' ? 2 : 1;
      pixels = height * width;
      const size = count * channels * pixels;
      if (size > statSync(path).size * MOST_DEFLATED)
        throw new InputError('file', `data: ${path} is too short for ${count} pairs of images of ${height} × ${width}`);
      found = { count, image: { channels, height, width }, images: new Uint8Array(size) };
    },
    (piece) => {
      const { images } = found!;
      const skipped = camera === 'first' ? 1 : camera === 'second' ? 0 : -1;
      for (let from = 0; from < piece.length; ) {
        const inPair = (at + from) % (2 * pixels);
        const eye = Math.floor(inPair / pixels);
        const length = Math.min(piece.length - from, (eye + 1) * pixels - inPair);
        if (eye !== skipped) {
          const pair = Math.floor((at + from) / (2 * pixels));
          const place = camera === 'both' ? pair * 2 * pixels + inPair : pair * pixels + (inPair % pixels);
          images.set(piece.subarray(from, from + length), place);
        }
        from += length;
      }
      at += piece.length;
    },
  );
  return found!;
}

/** Whole numbers of a matrix of such a shape. */
async function readNumbers(path: string, needed: readonly number[]): Promise<Int32Array> {
  const size = needed.reduce((product, each) => product * each, 1);
  const bytes = new Uint8Array(4 * size);
  let at = 0;
  await eachNorbPiece(
    path,
    ({ type, shape }) => {
      if (type === 'int32' && shape.join() === needed.join()) return;
      throw new InputError(
        'file',
        `data: ${path} holds ${type} [${shape.join(', ')}]; whole numbers [${needed.join(', ')}] are needed, one row for each pair of images`,
      );
    },
    (piece) => {
      bytes.set(piece, at);
      at += piece.length;
    },
  );
  return new Int32Array(bytes.buffer);
}
