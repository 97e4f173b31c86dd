import { InputError } from '@unbraid/checks';
import type { Orientation } from './orientation.ts';

/** An image as it is in its file. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 red, green and blue, 4 with opacity. */
  readonly channels: number;
  /** The sample that means all: 255 as a rule. */
  readonly full: number;
  /** How it is to be turned to stand upright. */
  readonly orientation: Orientation;
  /** width · channels samples of a row, those of a pixel together; good until the next row is asked for. */
  row(y: number): ArrayLike<number>;
}

/** Larger images are refused rather than filling the memory. */
const MOST_MEGAPIXELS = 100;

/** @throws {InputError} `limit`, where an image has more pixels than are unpacked. */
export function checkPixels(width: number, height: number): void {
  if (width * height <= MOST_MEGAPIXELS * 1e6) return;
  throw new InputError(
    'limit',
    `it has ${width} × ${height} pixels, more than ${MOST_MEGAPIXELS} million; make it smaller`,
  );
}

/** Why an image cannot be read, as a clause that says nothing of its file. */
export function imageFault(message: string, options?: ErrorOptions): InputError {
  return new InputError('file', message, options);
}
