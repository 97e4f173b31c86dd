import type { DecodedImage } from './decoded-image.ts';
import { turnUpright } from './orientation.ts';

/** What images are made into. */
export interface ImageTarget {
  /** The side in pixels. */
  readonly size: number;
  /** 1 grey (Rec. 601: 0.299 red + 0.587 green + 0.114 blue), 3 red, green and blue. */
  readonly channels: 1 | 3;
  /** The grey level, in [0, 1], that shows through where an image is transparent. */
  readonly background: number;
}

/**
 * Makes an image into a square one in [0, 1]: each pixel of the result is the mean of the part of the image that it covers,
 * pixels that it covers partly counted by that part. The whole image is used: one that is not square is squeezed. It is turned
 * upright.
 *
 * @param out where to write, [channels, size, size] row-major.
 */
export function resample(image: DecodedImage, target: ImageTarget, out: Float32Array): void {
  const { size, channels } = target;
  const columns = boxes(image.width, size);
  const rows = boxes(image.height, size);
  const planes = new Float64Array(channels * size * size);
  const brightness = brightnessOf(image, target);
  let top = 0;
  for (let y = 0; y < image.height; y++) {
    while (rows[top]!.first + rows[top]!.weights.length <= y) top++;
    for (const [channel, line] of brightness(image.row(y)).entries()) {
      for (let x = 0; x < size; x++) {
        const mean = boxMean(line, columns[x]!);
        for (let row = top; row < size && rows[row]!.first <= y; row++) {
          planes[(channel * size + row) * size + x]! += rows[row]!.weights[y - rows[row]!.first]! * mean;
        }
      }
    }
  }
  // Turning before or after makes no difference, for rows and columns are averaged alike.
  turnUpright(planes, size, image.orientation);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, planes[i]!);
}

/** Makes the samples of a row into brightnesses in [0, 1], a line for each channel of the target, over the background. */
function brightnessOf(
  { width, channels: stored, full }: DecodedImage,
  { channels, background }: ImageTarget,
): (samples: ArrayLike<number>) => readonly Float64Array[] {
  const hasOpacity = stored % 2 === 0;
  const colours = stored - (hasOpacity ? 1 : 0);
  const weights = mixture(colours, channels);
  const lines = weights.map(() => new Float64Array(width));
  return (samples) => {
    for (const [channel, line] of lines.entries()) {
      for (let i = 0; i < width; i++) {
        const at = i * stored;
        let value = 0;
        for (let c = 0; c < colours; c++) value += weights[channel]![c]! * samples[at + c]!;
        const opacity = hasOpacity ? samples[at + colours]! / full : 1;
        line[i] = (opacity * value) / full + (1 - opacity) * background;
      }
    }
    return lines;
  };
}

/** For each channel of the target, how much each colour of the image counts. */
function mixture(colours: number, channels: number): readonly (readonly number[])[] {
  if (colours === 1) return Array.from({ length: channels }, () => [1]);
  if (channels === 1) return [[0.299, 0.587, 0.114]];
  return [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
}

/** A stretch of pixels, the first and the last weighted by the part of them that is covered. */
interface Box {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The stretches of `length` pixels that each of `count` pixels covers. */
function boxes(length: number, count: number): Box[] {
  return Array.from({ length: count }, (_, i) => {
    const from = (i * length) / count;
    const to = ((i + 1) * length) / count;
    const first = Math.floor(from);
    const weights = new Float64Array(Math.ceil(to) - first);
    for (let k = 0; k < weights.length; k++) {
      weights[k] = (Math.min(to, first + k + 1) - Math.max(from, first + k)) / (to - from);
    }
    return { first, weights };
  });
}

function boxMean(values: Float64Array, { first, weights }: Box): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[first + k]!;
  return sum;
}
