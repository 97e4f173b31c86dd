import { integer } from '@unbraid/checks';
import { type LabelledImages, type RawImages, scaleImages } from '../labelled-images.ts';
import type { LocateOptions } from './locate.ts';

/** Settings that say how many images are wanted of each part. */
export const limitSettings = { trainLimit: integer({ min: 0 }).optional(), testLimit: integer({ min: 0 }).optional() };

type LoadRaw = (part: 'train' | 'test', limit: number | undefined, options: LocateOptions) => Promise<RawImages>;

/** Both parts of a set with brightnesses in [0, 1]; the bytes of one are let go before the other's are read. @param pixels of an image */
export async function bothParts(
  load: LoadRaw,
  pixels: number,
  {
    trainLimit,
    testLimit,
    ...locating
  }: LocateOptions & { readonly trainLimit?: number | undefined; readonly testLimit?: number | undefined },
): Promise<{ train: LabelledImages; test: LabelledImages }> {
  const train = scaleImages(await load('train', trainLimit, locating), pixels);
  const test = scaleImages(await load('test', testLimit, locating), pixels);
  return { train, test };
}
