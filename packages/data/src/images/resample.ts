import type { DecodedImage } from './decoded-image.ts';
import { turnUpright } from './orientation.ts';

/**
 * How an image that is no square becomes one: `squeeze` averages it to the square as a whole; `crop` takes the square in its middle; `pad` keeps its shape,
 * makes it smaller where it is larger than the square, and puts margins around it.
 */
export const imageFits = ['squeeze', 'crop', 'pad'] as const;
/** One of `imageFits`. */
export type ImageFit = (typeof imageFits)[number];

/** What images are made into. */
export interface ImageTarget {
  /** The side in pixels. */
  readonly size: number;
  /** Default `squeeze`. */
  readonly fit?: ImageFit;
  /** The grey level, in [0, 1], of the margins of `pad`, by default 0 (black). */
  readonly margin?: number;
  /** 1 grey (Rec. 601: 0.299 red + 0.587 green + 0.114 blue), 3 red, green and blue. */
  readonly channels: 1 | 3;
  /** The grey level, in [0, 1], that shows through where an image is transparent. */
  readonly background: number;
}

/**
 * Makes an image into a square one in [0, 1]: each pixel of the result is the mean of the part of the image that it covers,
 * pixels that it covers partly counted by that part. It is turned upright.
 *
 * @param out where to write, [channels, size, size] row-major.
 */
export function resample(image: DecodedImage, target: ImageTarget, out: Float32Array): void {
  const { size, channels, margin = 0 } = target;
  const [across, down] = axesOf(image, target);
  const planes = new Float64Array(channels * size * size).fill(margin);
  for (let plane = 0; plane < channels; plane++) {
    for (let row = down.from; row < down.from + down.boxes.length; row++) {
      const at = (plane * size + row) * size + across.from;
      planes.fill(0, at, at + across.boxes.length);
    }
  }
  const brightness = brightnessOf(image, target);
  const { boxes: rows } = down;
  const end = endOf(rows.at(-1)!);
  let top = 0;
  for (let y = rows[0]!.first; y < end; y++) {
    while (endOf(rows[top]!) <= y) top++;
    for (const [channel, line] of brightness(image.row(y)).entries()) {
      for (const [x, box] of across.boxes.entries()) {
        const mean = boxMean(line, box);
        for (let row = top; row < rows.length && rows[row]!.first <= y; row++) {
          const at = (channel * size + down.from + row) * size + across.from + x;
          planes[at]! += rows[row]!.weights[y - rows[row]!.first]! * mean;
        }
      }
    }
  }
  // Turning before or after makes no difference, for rows and columns are averaged alike.
  turnUpright(planes, size, image.orientation);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, planes[i]!);
}

/** Where an image lies along a side of the square, and what each pixel there covers of it. */
interface Axis {
  readonly from: number;
  readonly boxes: readonly Box[];
}

/** Columns and rows. */
function axesOf({ width, height }: DecodedImage, { size, fit = 'squeeze' }: ImageTarget): readonly [Axis, Axis] {
  if (fit === 'squeeze') return [axis(0, width, size), axis(0, height, size)];
  if (fit === 'crop') {
    const side = Math.min(width, height);
    return [axis(Math.floor((width - side) / 2), side, size), axis(Math.floor((height - side) / 2), side, size)];
  }
  const scale = Math.max(1, width / size, height / size);
  const padded = (length: number): Axis => {
    const count = Math.min(size, Math.max(1, Math.round(length / scale)));
    return { ...axis(0, length, count), from: Math.floor((size - count) / 2) };
  };
  return [padded(width), padded(height)];
}

const axis = (start: number, length: number, count: number): Axis => ({ from: 0, boxes: boxes(start, length, count) });

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

const endOf = ({ first, weights }: Box): number => first + weights.length;

/** The stretches, of `length` pixels from `start` on, that each of `count` pixels covers. */
function boxes(start: number, length: number, count: number): Box[] {
  return Array.from({ length: count }, (_, i) => {
    const from = start + (i * length) / count;
    const to = start + ((i + 1) * length) / count;
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
