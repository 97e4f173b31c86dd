import { InputError } from '@unbraid/checks';
import { convertIndexedToRgb, type DecodedPng, decode as decodePng, hasPngSignature } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';

/** An image as it is in its file: samples row by row, those of a pixel together. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 red, green and blue, 4 with opacity. */
  readonly channels: number;
  /** width · height · channels samples. */
  readonly samples: ArrayLike<number>;
  /** The sample that means all: 255 as a rule. */
  readonly full: number;
}

/** Larger images are refused rather than filling the memory. */
const MOST_MEGAPIXELS = 100;

const JPEG_OPTIONS = {
  useTArray: true,
  formatAsRGBA: false,
  tolerantDecoding: false,
  maxResolutionInMP: MOST_MEGAPIXELS,
} as const;

/**
 * Decodes a PNG or a JPEG image, told apart by its first bytes. What JPEG files say of the camera's turn (EXIF) is not heeded.
 *
 * @throws where it is neither, or damaged.
 */
export function decodeImage(bytes: Uint8Array): DecodedImage {
  if (hasPngSignature(bytes)) return fromPng(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const { width, height, data } = decodeJpeg(bytes, JPEG_OPTIONS);
    return { width, height, channels: 3, samples: data, full: 255 };
  }
  throw new InputError('file', 'it is neither a PNG nor a JPEG image');
}

function fromPng(bytes: Uint8Array): DecodedImage {
  // A PNG's size stands at a fixed place, and is looked at before anything is unpacked.
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24 && header.getUint32(16) * header.getUint32(20) > MOST_MEGAPIXELS * 1e6) {
    throw new InputError('file', `it has more than ${MOST_MEGAPIXELS} million pixels`);
  }
  const png = decodePng(bytes, { checkCrc: true });
  const { width, height, channels, depth } = png;
  if (png.palette) {
    return { width, height, channels: png.palette[0]!.length, samples: convertIndexedToRgb(png), full: 255 };
  }
  return { width, height, channels, samples: depth < 8 ? unpackedSamples(png) : png.data, full: 2 ** depth - 1 };
}

/** Grey levels of 1, 2 or 4 bits, of which each row begins with a byte of its own (PNG specification, 7.2). */
function unpackedSamples({ width, height, depth, data }: DecodedPng): Uint8Array {
  const samples = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const shift = 8 - depth - (bit % 8);
      samples[y * width + x] = (data[y * rowBytes + (bit >> 3)]! >> shift) & (2 ** depth - 1);
    }
  }
  return samples;
}
