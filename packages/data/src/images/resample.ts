import type { DecodedImage } from './decode-image.ts';

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
 * pixels that it covers partly counted by that part. The whole image is used: one that is not square is squeezed.
 *
 * @param out where to write, [channels, size, size] row-major.
 */
export function resample(image: DecodedImage, target: ImageTarget, out: Float32Array): void {
  const planes = colourPlanes(image, target);
  const { size } = target;
  const columns = boxes(image.width, size);
  const rows = boxes(image.height, size);
  for (const [channel, plane] of planes.entries()) {
    const narrow = new Float64Array(image.height * size);
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < size; x++) narrow[x * image.height + y] = boxMean(plane, y * image.width, columns[x]!);
    }
    for (let x = 0; x < size; x++) {
      for (let y = 0; y < size; y++) {
        out[(channel * size + y) * size + x] = Math.min(1, boxMean(narrow, x * image.height, rows[y]!));
      }
    }
  }
}

/** Brightnesses in [0, 1], one plane for each channel of the target, over the background. */
function colourPlanes(image: DecodedImage, { channels, background }: ImageTarget): Float64Array[] {
  const { width, height, samples, full } = image;
  const hasOpacity = image.channels % 2 === 0;
  const colours = image.channels - (hasOpacity ? 1 : 0);
  return mixture(colours, channels).map((weights) => {
    const plane = new Float64Array(width * height);
    for (let i = 0; i < plane.length; i++) {
      const at = i * image.channels;
      let value = 0;
      for (let c = 0; c < colours; c++) value += weights[c]! * samples[at + c]!;
      const opacity = hasOpacity ? samples[at + colours]! / full : 1;
      plane[i] = (opacity * value) / full + (1 - opacity) * background;
    }
    return plane;
  });
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

function boxMean(values: Float64Array, offset: number, { first, weights }: Box): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[offset + first + k]!;
  return sum;
}
