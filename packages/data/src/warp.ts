/** The sizes of an image in channels × height × width order. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Where a pixel of the result comes from: row y, column x takes the image's value at row yy·y + yx·x + y0 and column
 * xy·y + xx·x + x0.
 */
export interface AffineMap {
  readonly yy: number;
  readonly yx: number;
  readonly y0: number;
  readonly xy: number;
  readonly xx: number;
  readonly x0: number;
}

/** What lies outside an image: the nearest pixel of its edge, or 0, which the edge's pixels blend into. */
export type Border = 'nearest' | 'zero';

/** Rows and columns of zeros around an image: one before it, and two after, so that all four neighbours of any place exist. */
const BEFORE = 1;
const AROUND = 3;

/**
 * A function that warps the image at entry `at` of `images` in place, each channel alike, by bilinear interpolation. At
 * whole rows and columns it gives the image's own values. It keeps one image's worth of memory.
 */
export function createWarp(
  { channels, height, width }: ImageShape,
  border: Border,
): (images: Float32Array, at: number, map: AffineMap) => void {
  const pitch = width + AROUND;
  const plane = (height + AROUND) * pitch;
  const framed = new Float32Array(channels * plane);
  const beyond = border === 'zero' ? 1 : 0;
  const lowest = BEFORE - beyond;
  const bottom = BEFORE + height - 1 + beyond;
  const right = BEFORE + width - 1 + beyond;

  function frame(images: Float32Array, at: number): void {
    for (let channel = 0, from = at; channel < channels; channel++) {
      for (let y = 0; y < height; y++, from += width) {
        const to = channel * plane + (BEFORE + y) * pitch + BEFORE;
        for (let x = 0; x < width; x++) framed[to + x] = images[from + x]!;
      }
    }
  }

  return (images, at, { yy, yx, y0, xy, xx, x0 }) => {
    frame(images, at);
    for (let y = 0, to = at; y < height; y++) {
      const rowOfY = yy * y + y0 + BEFORE;
      const columnOfY = xy * y + x0 + BEFORE;
      for (let x = 0; x < width; x++, to++) {
        const row = Math.min(Math.max(rowOfY + yx * x, lowest), bottom);
        const column = Math.min(Math.max(columnOfY + xx * x, lowest), right);
        const top = row | 0;
        const left = column | 0;
        const down = row - top;
        const across = column - left;
        for (let channel = 0, p = top * pitch + left; channel < channels; channel++, p += plane) {
          const above = framed[p]! + across * (framed[p + 1]! - framed[p]!);
          const below = framed[p + pitch]! + across * (framed[p + pitch + 1]! - framed[p + pitch]!);
          images[to + channel * height * width] = above + down * (below - above);
        }
      }
    }
  };
}
