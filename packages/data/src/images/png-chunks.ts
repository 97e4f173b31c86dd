import { crc32 } from 'node:zlib';
import { checkPixels, imageFault } from './decoded-image.ts';
import { exifOrientation, type Orientation } from './orientation.ts';

/** What the chunks of a PNG file say (PNG specification, third edition). */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly colour: Colour;
  readonly interlaced: boolean;
  /** Red, green and blue of each entry; of colour type 3. */
  readonly palette: Uint8Array | undefined;
  /** The content of the chunk tRNS: opacities of the palette, or the one colour that is transparent. */
  readonly transparency: Uint8Array | undefined;
  readonly orientation: Orientation;
  /** The packed rows, in pieces. */
  readonly packed: readonly Uint8Array[];
}

/** Colour types: 0 grey, 2 red, green and blue, 3 indexes of a palette, 4 grey and opacity, 6 red, green, blue and opacity. */
export type Colour = 0 | 2 | 3 | 4 | 6;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** The depths that each colour type has (table 8). */
const DEPTHS: Readonly<Record<Colour, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
}

/** @throws {InputError} a clause that says what is wrong with the file. */
export function pngParts(bytes: Uint8Array): PngParts {
  const chunks = pngChunks(bytes);
  const [first, ...others] = chunks;
  if (first?.type !== 'IHDR' || first.content.length !== 13)
    throw imageFault('it is damaged: it does not begin with its size');
  const header = pngHeader(first.content);
  const byType = (type: string) => others.filter((chunk) => chunk.type === type).map(({ content }) => content);
  const single = (type: string) => {
    const [content, ...more] = byType(type);
    if (more.length > 0) throw imageFault(`it is damaged: it has the chunk ${type} ${more.length + 1} times`);
    return content;
  };
  if (byType('IHDR').length > 0) throw imageFault('it is damaged: it gives its size twice');
  const palette = single('PLTE');
  const transparency = single('tRNS');
  if (header.colour === 3 && !isPalette(palette))
    throw imageFault('it is damaged: its colours are from a palette that it lacks');
  const exif = byType('eXIf')[0];
  return {
    ...header,
    palette: header.colour === 3 ? palette : undefined,
    transparency: header.colour < 4 ? checkedTransparency(header.colour, transparency, palette) : undefined,
    orientation: exif ? exifOrientation(exif) : 1,
    packed: byType('IDAT'),
  };
}

function pngHeader(content: Uint8Array): Pick<PngParts, 'width' | 'height' | 'depth' | 'colour' | 'interlaced'> {
  const view = new DataView(content.buffer, content.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = content.subarray(8) as unknown as [
    number,
    Colour,
    number,
    number,
    number,
  ];
  const isKnown = DEPTHS[colour]?.includes(depth) && compression === 0 && filter === 0 && interlace < 2;
  if (width === 0 || height === 0 || !isKnown) throw imageFault('it is damaged: its header makes no sense');
  checkPixels(width, height);
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

function isPalette(palette: Uint8Array | undefined): palette is Uint8Array {
  return palette !== undefined && palette.length > 0 && palette.length % 3 === 0 && palette.length <= 768;
}

function checkedTransparency(colour: Colour, content: Uint8Array | undefined, palette: Uint8Array | undefined) {
  if (!content) return undefined;
  const fits = colour === 3 ? 3 * content.length <= palette!.length : content.length === (colour === 0 ? 2 : 6);
  if (fits) return content;
  throw imageFault('it is damaged: what it says of transparency does not fit its colours');
}

/** The chunks to the end of the image. */
function pngChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at: number = SIGNATURE.length;
  for (;;) {
    const end = at + 12 + (at + 4 <= bytes.length ? view.getUint32(at) : 0);
    if (end > bytes.length) throw imageFault('it is truncated');
    const named = bytes.subarray(at + 4, end - 4);
    const type = String.fromCharCode(...named.subarray(0, 4));
    if (!/^[A-Za-z]{4}$/.test(type)) throw imageFault(`it is damaged at byte ${at}`);
    if (crc32(named) !== view.getUint32(end - 4))
      throw imageFault(`it is damaged: the checksum of its chunk ${type} is wrong`);
    if (type === 'IEND') return chunks;
    // A capital says that an image cannot be shown without (5.4).
    if (/^[A-Z]/.test(type) && !['IHDR', 'PLTE', 'IDAT'].includes(type)) {
      throw imageFault(`it has a chunk ${type}, which is not of PNG; save it anew`);
    }
    chunks.push({ type, content: named.subarray(4) });
    at = end;
  }
}
