import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type DecodedImage, imageFault } from './decoded-image.ts';
import { jpegFrame } from './jpeg-frame.ts';

/** libjpeg-turbo in WebAssembly; the package has no types of its own. */
interface Codec {
  readonly HEAPU8: Uint8Array;
  readonly JPEGDecoder: new () => JpegDecoder;
}

interface JpegDecoder {
  getEncodedBuffer(bytes: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  /** A view of WebAssembly's memory. */
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

interface CodecOptions {
  readonly wasmBinary: Uint8Array;
  print(line: string): void;
  printErr(line: string): void;
}

const PACKAGE = '@cornerstonejs/codec-libjpeg-turbo-8bit';

/** Memory of WebAssembly only grows, so an instance that has more than so much is let go. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;

/** Each image that could not be decoded leaves some of it behind. */
const MOST_KEPT_FAILURES = 100;

let current: Codec | undefined;
let failures = 0;

/**
 * Decodes a JPEG image, baseline or progressive, grey or in colour.
 *
 * @throws {InputError} a clause that says what is wrong with it.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<DecodedImage> {
  const { width, height, components, orientation } = jpegFrame(bytes);
  current ??= await createCodec();
  const samples = decoded(current, bytes, { width, height, components });
  if (current.HEAPU8.length > MOST_KEPT_BYTES) current = undefined;
  const length = width * components;
  const row = (y: number) => samples.subarray(y * length, (y + 1) * length);
  return { width, height, channels: components, full: 255, orientation, row };
}

function decoded(
  codec: Codec,
  bytes: Uint8Array,
  expected: { width: number; height: number; components: number },
): Uint8Array {
  const decoder = new codec.JPEGDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    const fits = width === expected.width && height === expected.height && componentCount === expected.components;
    if (fits && samples.length === width * height * componentCount) return samples.slice();
    throw imageFault('it is damaged: its parts disagree about its size');
  } catch (cause) {
    if (++failures >= MOST_KEPT_FAILURES) {
      current = undefined;
      failures = 0;
    }
    // What comes out of WebAssembly is a number that says nothing.
    throw typeof cause === 'number' ? imageFault('its image data are damaged or truncated') : cause;
  } finally {
    decoder.delete();
  }
}

async function createCodec(): Promise<Codec> {
  const require = createRequire(import.meta.url);
  const create = require(`${PACKAGE}/decodewasmjs`) as (options: CodecOptions) => Promise<Codec>;
  return create({
    wasmBinary: await readFile(require.resolve(`${PACKAGE}/decodewasm`)),
    // What the library says about damaged files is said by our errors.
    print() {},
    printErr() {},
  });
}
