import { type FileHandle, open } from 'node:fs/promises';
import { InputError, showValue } from '@unbraid/checks';
import { fileError } from '@unbraid/checks/node';
import { joined } from '../joined.ts';
import { readLines } from '../npy-blocks/positioned.ts';
import { type NpyHeader, npyHeaderEnd, parseNpyHeader } from '../npy-header.ts';
import { npzMember } from '../read-npz.ts';
import type { ZipMember } from '../zip-members.ts';
import { type OpenZip, openZip } from './zip-file.ts';

/** Images of bytes in an array of an `.npz` file, which stays on the disk. */
export interface NpzImages {
  readonly count: number;
  /** Of an image, as the file has it. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /**
   * Gives images one after another, in the order of their indexes, each valid until the next.
   * @param indexes in rising order
   */
  each(indexes: readonly number[], use: (pixels: Uint8Array, at: number) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens an array `[images, height, width, channels]` of bytes in an `.npz` file of any size. Where the array is stored in the archive as it is, images are read
 * at their place; where it is packed, each call of `each` unpacks it from its beginning to the last image that is asked for, and keeps no more than a chunk of it. A stored
 * array's CRC-32 is not checked, for that would read all of it.
 *
 * @throws {InputError} where the file can't be read, or has no such array
 */
export async function openNpzImages(path: string, array: string): Promise<NpzImages> {
  const zip = await openZip(path);
  let file: FileHandle | undefined;
  try {
    const name = `${array} in ${path}`;
    const member = npzMember(zip.members, array, path);
    const header = await headerOf(member, name);
    const shape = checkedShape(header, member.bytes, name);
    const place = await zip.placeOf(member.name);
    file =
      place === undefined
        ? undefined
        : await open(path).catch((error) => Promise.reject(fileError(error, 'read', path)));
    return imagesOf(shape, { member, header, zip, file, begin: (place ?? 0) + header.offset, path });
  } catch (error) {
    await file?.close();
    zip.close();
    throw error;
  }
}

interface Source {
  readonly member: ZipMember;
  readonly header: NpyHeader;
  readonly zip: OpenZip;
  /** Where images lie as they are. */
  readonly file: FileHandle | undefined;
  /** Where the first begins in it. */
  readonly begin: number;
  readonly path: string;
}

function imagesOf([count, height, width, channels]: Shape, source: Source): NpzImages {
  const { file, zip, begin, path } = source;
  const size = height * width * channels;
  return {
    count,
    shape: [height, width, channels],
    async each(indexes, use) {
      if (file === undefined) return unpacked(source, size, indexes, use);
      const pixels = new Uint8Array(size);
      for (const [at, index] of indexes.entries()) {
        const place = { position: begin + index * size, count: 1, length: size, stride: size };
        try {
          await readLines(file.fd, pixels, place);
        } catch (error) {
          throw error instanceof InputError ? error : fileError(error, 'read', path);
        }
        use(pixels, at);
      }
    },
    async close() {
      zip.close();
      await file?.close();
    },
  };
}

/** Takes images out of a packed array as they come by. */
async function unpacked(
  { member, header }: Source,
  size: number,
  indexes: readonly number[],
  use: (pixels: Uint8Array, at: number) => void,
): Promise<void> {
  const pixels = new Uint8Array(size);
  let next = 0;
  /** Bytes of the array that have come by. */
  let passed = -header.offset;
  for await (const chunk of member.chunks()) {
    const end = passed + chunk.length;
    while (next < indexes.length) {
      const from = indexes[next]! * size;
      if (from >= end) break;
      const part = chunk.subarray(Math.max(0, from - passed), from + size - passed);
      pixels.set(part, Math.max(0, passed - from));
      if (from + size > end) break;
      use(pixels, next++);
    }
    passed = end;
    // At the array's end the CRC-32 is checked once more is asked for.
    if (next === indexes.length && end + header.offset < member.bytes) return;
  }
  if (next < indexes.length) throw new InputError('file', `data: ${member.name} ends before image ${indexes[next]}`);
}

/** More than a header of an array of bytes takes. */
const MOST_HEADER = 2 ** 16;

async function headerOf(member: ZipMember, name: string): Promise<NpyHeader> {
  let beginning = new Uint8Array(0);
  for await (const chunk of member.chunks()) {
    beginning = joined([beginning, chunk]) as Uint8Array<ArrayBuffer>;
    if (beginning.length < 8 && beginning.length < member.bytes) continue;
    const end = npyHeaderEnd(beginning, name);
    if (beginning.length >= end || beginning.length >= Math.min(MOST_HEADER, member.bytes)) break;
  }
  return parseNpyHeader(beginning, name);
}

type Shape = readonly [count: number, height: number, width: number, channels: number];

function checkedShape({ dtype, shape, fortranOrder, offset }: NpyHeader, bytes: number, name: string): Shape {
  const size = shape.reduce((product, side) => product * side, 1);
  if (dtype === '|u1' && shape.length === 4 && !fortranOrder && size > 0 && offset + size === bytes)
    return shape as unknown as Shape;
  throw new InputError(
    'file',
    `data: ${name} has the shape (${shape.join(', ')}) and type ${showValue(dtype)} in ${bytes} bytes; (images, height, width, channels) of |u1 is needed`,
  );
}
