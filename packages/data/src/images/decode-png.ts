import { constants, inflateSync } from 'node:zlib';
import { type DecodedImage, imageFault } from './decoded-image.ts';
import { type Colour, type PngParts, pngParts } from './png-chunks.ts';

/** Samples of a pixel in the file. */
const SAMPLES: Readonly<Record<Colour, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A byte of deflate unpacks to no more than so many (RFC 1951: 258 bytes of a length and a distance of a bit each). */
const MOST_DEFLATED = 1032;

/**
 * Decodes a PNG image of any kind.
 *
 * @throws {InputError} a clause that says what is wrong with it.
 */
export function decodePng(bytes: Uint8Array): DecodedImage {
  const png = pngParts(bytes);
  const { width, height, depth, colour, orientation } = png;
  const samplesOf = samples(png);
  const count = SAMPLES[colour];
  const image = { width, height, orientation };
  if (png.palette) return { ...image, ...paletteRows(png, samplesOf) };
  const full = 2 ** depth - 1;
  if (!png.transparency) return { ...image, channels: count, full, row: samplesOf };
  return { ...image, channels: count + 1, full, row: withOpacity(png.transparency, samplesOf, { width, count, full }) };
}

type Row = (y: number) => Uint8Array | Uint16Array;

/** A part of an image: all of it, or every so many pixels of it, as a pass of interlacing has. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  readonly rowBytes: number;
}

/** The first pixel and the steps of the passes of Adam7 (8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passes({ width, height, depth, colour, interlaced }: PngParts): Pass[] {
  const all = (interlaced ? ADAM7 : [[0, 0, 1, 1] as const]).map(([x, y, stepX, stepY]) => {
    const passWidth = Math.ceil((width - x) / stepX);
    const passHeight = Math.ceil((height - y) / stepY);
    const rowBytes = Math.ceil((passWidth * SAMPLES[colour] * depth) / 8);
    return { x, y, stepX, stepY, width: passWidth, height: passHeight, rowBytes };
  });
  return all.filter((pass) => pass.width > 0 && pass.height > 0);
}

/** The samples of a row as they are in the file, unpacked. */
function samples(png: PngParts): Row {
  const parts = passes(png);
  const raw = inflated(
    png.packed,
    parts.reduce((total, { height, rowBytes }) => total + height * (rowBytes + 1), 0),
  );
  unfilter(raw, parts, Math.max(1, (SAMPLES[png.colour] * png.depth) / 8));
  const { width, depth, colour } = png;
  const [whole] = parts as [Pass];
  if (!png.interlaced) {
    const row = unpackedRow(width * SAMPLES[colour], depth);
    return (y) => row(raw.subarray(y * whole.rowBytes, (y + 1) * whole.rowBytes));
  }
  const image = woven(raw, parts, png);
  const length = width * SAMPLES[colour];
  return (y) => image.subarray(y * length, (y + 1) * length);
}

/** Exactly `expected` bytes: what the file's own size says, whatever else is packed. */
function inflated(packed: readonly Uint8Array[], expected: number): Uint8Array {
  const available = packed.reduce((total, { length }) => total + length, 0);
  // Before there is room made for them.
  if (expected > available * MOST_DEFLATED) {
    throw imageFault(`it is truncated or damaged: its ${available} bytes cannot hold the ${expected} of its pixels`);
  }
  let raw: Uint8Array;
  try {
    const chunkSize = Math.max(constants.Z_MIN_CHUNK, expected);
    raw = inflateSync(packed.length === 1 ? packed[0]! : Buffer.concat(packed), {
      maxOutputLength: expected,
      chunkSize,
    });
  } catch (cause) {
    const isTooLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw imageFault(
      isTooLong ? 'it is damaged: it unpacks to more than its size says' : 'it is damaged or truncated',
      { cause },
    );
  }
  if (raw.length === expected) return raw;
  throw imageFault(`it is truncated: it unpacks to ${raw.length} bytes, its size needs ${expected}`);
}

/** Takes back what filters did to rows (9.2), and the byte before each that says which; in place, all passes one after the other. */
function unfilter(raw: Uint8Array, parts: readonly Pass[], pixelBytes: number): void {
  let from = 0;
  let to = 0;
  for (const { height, rowBytes } of parts) {
    for (let y = 0; y < height; y++) {
      const filter = raw[from++]!;
      const above = y === 0 ? -1 : to - rowBytes;
      for (let i = 0; i < rowBytes; i++, from++, to++) {
        const a = i < pixelBytes ? 0 : raw[to - pixelBytes]!;
        const b = above < 0 ? 0 : raw[above + i]!;
        const c = above < 0 || i < pixelBytes ? 0 : raw[above + i - pixelBytes]!;
        raw[to] = raw[from]! + predicted(filter, a, b, c);
      }
    }
  }
}

/** What a filter expects of a byte, from those to the left (a), above (b), and above to the left (c). */
function predicted(filter: number, a: number, b: number, c: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return (a + b) >> 1;
    case 4:
      return paeth(a, b, c);
    default:
      throw imageFault(`it is damaged: it has a row of filter ${filter}, PNG has 0 to 4`);
  }
}

function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/** Makes samples of the bytes of a row; the array is used again for the next. */
function unpackedRow(length: number, depth: number): (bytes: Uint8Array) => Uint8Array | Uint16Array {
  if (depth === 8) return (bytes) => bytes;
  const row = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  if (depth === 16) {
    return (bytes) => {
      for (let i = 0; i < length; i++) row[i] = bytes[2 * i]! * 256 + bytes[2 * i + 1]!;
      return row;
    };
  }
  return (bytes) => {
    for (let i = 0; i < length; i++) {
      const bit = i * depth;
      row[i] = (bytes[bit >> 3]! >> (8 - depth - (bit % 8))) & (2 ** depth - 1);
    }
    return row;
  };
}

/** The passes of an interlaced image, put together. */
function woven(
  raw: Uint8Array,
  parts: readonly Pass[],
  { width, height, depth, colour }: PngParts,
): Uint8Array | Uint16Array {
  const count = SAMPLES[colour];
  const image = depth === 16 ? new Uint16Array(width * height * count) : new Uint8Array(width * height * count);
  let at = 0;
  for (const part of parts) {
    const row = unpackedRow(part.width * count, depth);
    for (let j = 0; j < part.height; j++) {
      const read = row(raw.subarray(at, at + part.rowBytes));
      at += part.rowBytes;
      const start = (part.y + j * part.stepY) * width + part.x;
      for (let i = 0; i < part.width; i++) {
        for (let k = 0; k < count; k++) image[(start + i * part.stepX) * count + k] = read[i * count + k]!;
      }
    }
  }
  return image;
}

/** Colours of a palette, with opacity where it has any. */
function paletteRows(
  { width, palette, transparency }: PngParts,
  indexes: Row,
): Pick<DecodedImage, 'channels' | 'full' | 'row'> {
  const channels = transparency ? 4 : 3;
  const entries = palette!.length / 3;
  const out = new Uint8Array(width * channels);
  const row = (y: number) => {
    const read = indexes(y);
    for (let x = 0; x < width; x++) {
      const index = read[x]!;
      if (index >= entries) throw imageFault(`it is damaged: it has colour ${index} of a palette of ${entries}`);
      for (let k = 0; k < 3; k++) out[x * channels + k] = palette![3 * index + k]!;
      if (transparency) out[x * channels + 3] = transparency[index] ?? 255;
    }
    return out;
  };
  return { channels, full: 255, row };
}

/** Adds an opacity to each pixel: none where it has the one colour that is transparent (11.3.1.1). */
function withOpacity(
  transparency: Uint8Array,
  samplesOf: Row,
  { width, count, full }: { width: number; count: number; full: number },
): Row {
  const clear = Array.from({ length: count }, (_, k) => transparency[2 * k]! * 256 + transparency[2 * k + 1]!);
  const out = new Uint16Array(width * (count + 1));
  return (y) => {
    const read = samplesOf(y);
    for (let x = 0; x < width; x++) {
      let isClear = true;
      for (let k = 0; k < count; k++) {
        out[x * (count + 1) + k] = read[x * count + k]!;
        isClear &&= read[x * count + k] === clear[k];
      }
      out[x * (count + 1) + count] = isClear ? 0 : full;
    }
    return out;
  };
}
