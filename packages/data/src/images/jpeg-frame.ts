import { checkPixels, imageFault } from './decoded-image.ts';
import { exifOrientation, type Orientation } from './orientation.ts';

/** What the markers of a JPEG file say (ITU-T T.81, annex B), before any of it is decoded. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red, green and blue once decoded. */
  readonly components: number;
  readonly orientation: Orientation;
}

const SOF0 = 0xc0;
const SOF2 = 0xc2;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;

/** Frames of other kinds: lossless, hierarchical, arithmetic. C4, C8 and CC are no frames. */
const OTHER_FRAMES: readonly number[] = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

/** Each scan goes over the whole image; a progressive file has about ten. */
const MOST_SCANS = 100;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/**
 * Looks through a JPEG file, so that it is refused before it is decoded where that would take much time or memory for a small file.
 *
 * @throws {InputError} a clause that says what is wrong with it.
 */
export function jpegFrame(bytes: Uint8Array): JpegFrame {
  let frame: Frame | undefined;
  let orientation: Orientation = 1;
  let scans = 0;
  let coded = 0;
  for (let at = 2; ; ) {
    const { marker, content, next } = segment(bytes, at);
    if (marker === EOI) break;
    if (OTHER_FRAMES.includes(marker))
      throw imageFault(
        'it is a lossless, hierarchical or arithmetic-coded JPEG; save it as a baseline or progressive one',
      );
    if (marker >= SOF0 && marker <= SOF2) {
      if (frame) throw imageFault('it is damaged: it gives its size twice');
      frame = parseFrame(marker, content);
    }
    if (marker === APP1 && isExif(content)) orientation = exifOrientation(content.subarray(6));
    at = next;
    if (marker !== SOS) continue;
    if (!frame) throw imageFault('it is damaged: it does not begin with its size');
    if (++scans > MOST_SCANS) throw imageFault(`it has more than ${MOST_SCANS} scans; save it as a baseline JPEG`);
    at = codedEnd(bytes, next);
    coded += at - next;
  }
  if (!frame || scans === 0) throw imageFault('it is damaged: it has no image');
  // A block takes a bit or more for its mean, and unless it is progressive another for its end.
  if (frame.blocks * (frame.isProgressive ? 1 : 2) > 8 * coded) {
    throw imageFault(`it is truncated or damaged: ${coded} bytes cannot hold ${frame.width} × ${frame.height} pixels`);
  }
  const { width, height, components } = frame;
  return { width, height, components, orientation };
}

interface Segment {
  readonly marker: number;
  readonly content: Uint8Array;
  /** Where it ends. */
  readonly next: number;
}

/** The segment that begins at `at`; a file that ends before it is truncated. */
function segment(bytes: Uint8Array, at: number): Segment {
  let start = at;
  if (start < bytes.length && bytes[start] !== 0xff) throw imageFault(`it is damaged at byte ${start}`);
  while (bytes[start] === 0xff) start++;
  const marker = bytes[start];
  if (marker === undefined) throw imageFault('it is truncated');
  if (marker === EOI) return { marker, content: bytes.subarray(0, 0), next: start + 1 };
  const length = (bytes[start + 1] ?? 0) * 256 + (bytes[start + 2] ?? 0);
  const next = start + 1 + length;
  if (start + 3 > bytes.length || next > bytes.length) throw imageFault('it is truncated');
  if (length < 2) throw imageFault(`it is damaged at byte ${start}`);
  return { marker, content: bytes.subarray(start + 3, next), next };
}

/** Where coded data ends: before a marker that is no restart. */
function codedEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(0xff, at);
    const next = at < 0 ? undefined : bytes[at + 1];
    if (next === undefined) throw imageFault('it is truncated');
    const isRestart = next >= 0xd0 && next <= 0xd7;
    if (next !== 0 && next !== 0xff && !isRestart) return at;
  }
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly isProgressive: boolean;
  /** 8 × 8 samples each. */
  readonly blocks: number;
}

function parseFrame(marker: number, content: Uint8Array): Frame {
  const [precision, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = content;
  const [width, height] = [w1 * 256 + w0, h1 * 256 + h0];
  if (content.length !== 6 + 3 * components || width === 0 || height === 0)
    throw imageFault('it is damaged: its header makes no sense');
  if (precision !== 8) throw imageFault(`it has ${precision} bits a sample; save it with 8`);
  if (components === 4) throw imageFault('it has four colours (CMYK); save it in red, green and blue, or grey');
  if (components !== 1 && components !== 3)
    throw imageFault(`it has ${components} colours; save it in red, green and blue, or grey`);
  checkPixels(width, height);
  const factors = Array.from(
    { length: components },
    (_, i) => [content[7 + 3 * i]! >> 4, content[7 + 3 * i]! & 15] as const,
  );
  if (factors.some(([h, v]) => h < 1 || h > 4 || v < 1 || v > 4))
    throw imageFault('it is damaged: its header makes no sense');
  const mostH = Math.max(...factors.map(([h]) => h));
  const mostV = Math.max(...factors.map(([, v]) => v));
  const blocks = factors.reduce(
    (total, [h, v]) => total + Math.ceil((width * h) / mostH / 8) * Math.ceil((height * v) / mostV / 8),
    0,
  );
  return { width, height, components, isProgressive: marker === SOF2, blocks };
}

/** `Exif` and two zero bytes begin the segment; the rest is a TIFF file. */
function isExif(content: Uint8Array): boolean {
  return [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => content[i] === byte);
}
