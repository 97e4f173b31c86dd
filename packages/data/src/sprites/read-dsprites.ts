import { InputError } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { MAX_UNPACKED_BYTES } from '../gunzip.ts';
import { type NpyHeader, parseNpyHeader } from '../npy-header.ts';
import { npzMember, readMember } from '../read-npz.ts';
import { type ZipMember, zipMembers } from '../zip-members.ts';
import { spriteFactors } from './factors.ts';
import { type PackedImages, packBits } from './packed-images.ts';

/** The images of the official file and what is drawn on each. */
export interface SpriteImages extends PackedImages {
  /** The side of an image in pixels, 64 in the official file. */
  readonly size: number;
  /** The values of the five factors of `spriteFactors`, [count, 5] row-major. */
  readonly factors: Uint8Array;
}

/**
 * Reads dSprites from its official file, `dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz`. The images are 3 GB of bytes; they are
 * unpacked as a stream and kept as bits, 377 MB for all of them. `unpackImages` makes batches of them.
 *
 * @param path of the file.
 * @throws where it cannot be read, is damaged, or has not the arrays `imgs` and `latents_classes` of dSprites.
 */
export async function readDsprites(path: string): Promise<SpriteImages> {
  const members = await zipMembers(await readBytes(path), path);
  const factors = await readFactors(npzMember(members, 'latents_classes', path), path);
  const images = await readImages(npzMember(members, 'imgs', path), path);
  if (factors.length !== images.count * spriteFactors.length) {
    throw new InputError(
      'file',
      `data: imgs in ${path} has ${images.count} images, latents_classes has ${factors.length / spriteFactors.length} rows`,
    );
  }
  return { ...images, factors };
}

/** The classes of the latent factors, without the first, the colour, which is the same everywhere. */
async function readFactors(member: ZipMember, path: string): Promise<Uint8Array> {
  const name = `latents_classes in ${path}`;
  const { shape, data } = await readMember(member, name, MAX_UNPACKED_BYTES);
  const latents = spriteFactors.length + 1;
  if (shape.length !== 2 || shape[1] !== latents) {
    throw new InputError(
      'file',
      `data: ${name} has the shape (${shape.join(', ')}), that of dSprites has (images, ${latents})`,
    );
  }
  const rows = shape[0]!;
  const factors = new Uint8Array(rows * spriteFactors.length);
  for (let i = 0; i < rows; i++) {
    for (const [k, factor] of spriteFactors.entries()) {
      const value = Number(data[i * latents + k + 1]);
      if (!(Number.isInteger(value) && value >= 0 && value < factor.size)) {
        throw new InputError(
          'file',
          `data: ${name}, row ${i} (counted from 0), has the ${factor.name} ${value}, dSprites has 0 to ${factor.size - 1}`,
        );
      }
      factors[i * spriteFactors.length + k] = value;
    }
  }
  return factors;
}

/** Large enough for any header; the official file's takes 96 bytes. */
const HEADER_BYTES = 4096;

async function readImages(member: ZipMember, path: string): Promise<Omit<SpriteImages, 'factors'>> {
  const name = `imgs in ${path}`;
  let packer: Packer | undefined;
  let beginning = new Uint8Array(0);
  for await (const chunk of member.chunks()) {
    if (packer) {
      packer.add(chunk);
      continue;
    }
    beginning = joined(beginning, chunk);
    if (beginning.length < Math.min(HEADER_BYTES, member.bytes)) continue;
    const header = parseNpyHeader(beginning, name);
    packer = createPacker(header, member, name);
    packer.add(beginning.subarray(header.offset));
  }
  if (!packer) throw new InputError('file', `data: ${name} is empty`);
  return packer.finish();
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Packs images that come in pieces of any length. */
interface Packer {
  add(chunk: Uint8Array): void;
  finish(): Omit<SpriteImages, 'factors'>;
}

/** Bytes that are gathered before they are packed; a multiple of 8. */
const BLOCK = 1 << 16;

function createPacker({ dtype, shape, fortranOrder, offset }: NpyHeader, member: ZipMember, name: string): Packer {
  const [count = 0, height = 0, width = 0] = shape;
  const isImages = shape.length === 3 && height === width && height % 8 === 0 && dtype === '|u1' && !fortranOrder;
  if (!isImages || member.bytes !== offset + count * height * width) {
    throw new InputError(
      'file',
      `data: ${name} has the shape (${shape.join(', ')}) and type ${dtype} in ${member.bytes} bytes, that of dSprites is (images, 64, 64) of |u1`,
    );
  }
  const pixels = height * width;
  const bits = new Uint8Array((count * pixels) / 8);
  const block = new Uint8Array(BLOCK);
  let filled = 0;
  let packed = 0;
  const pack = () => {
    if (!packBits(block.subarray(0, filled), bits.subarray(packed))) {
      throw new InputError(
        'file',
        `data: ${name} has bytes that are neither 0 nor 1 among those of image ${Math.floor((packed * 8) / pixels)} on`,
      );
    }
    packed += filled / 8;
    filled = 0;
  };
  return {
    add(chunk) {
      for (let from = 0; from < chunk.length; ) {
        const part = chunk.subarray(from, from + BLOCK - filled);
        block.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === BLOCK) pack();
      }
    },
    finish() {
      pack();
      return { count, size: height, pixels, bits };
    },
  };
}
