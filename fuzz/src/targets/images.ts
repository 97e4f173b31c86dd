import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, crc32, deflateSync, inflateRawSync } from 'node:zlib';
import { readImageFolder } from '@unbraid/data';
import { joined } from '../mutate.ts';
import type { Files, FolderTarget } from '../target.ts';

/** Small images of every kind, written by Pillow and pypng for the tests of the readers. */
const FIXTURES = new URL('../../../packages/data/test/fixtures/images/', import.meta.url);

function fixtures(suffix: string): Files[] {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith(suffix) && !name.startsWith('cmyk'));
  return names.map((name) => ({ [`a${suffix}`]: readFileSync(new URL(name, FIXTURES)) }));
}

async function readFolder(folder: string): Promise<void> {
  const { images, files, unreadable } = await readImageFolder(folder, { size: 3 });
  assert.deepEqual([images.rows, images.cols, files.length, unreadable.length], [1, 27, 1, 0]);
  assert.ok(images.data.every((value) => value >= 0 && value <= 1));
}

export const jpeg: FolderTarget = { name: 'jpeg', folders: () => fixtures('.jpg'), runFolder: readFolder };

export const png: FolderTarget = {
  name: 'png',
  folders: () => [...fixtures('.png'), { 'a.png': pngOfZeros(300, 200) }],
  repair: (bytes) => withChecksums(bytes),
  runFolder: readFolder,
};

const SIGNATURE_BYTES = 8;

/** The checksums of all chunks made right, as far as their lengths lead to others. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const mended = Buffer.from(bytes);
  for (let at = SIGNATURE_BYTES; at + 12 <= mended.length; ) {
    const end = at + 12 + mended.readUInt32BE(at);
    if (end > mended.length) break;
    if (mended.toString('latin1', at + 4, at + 8) === 'IDAT') mendPacked(mended.subarray(at + 8, end - 4));
    mended.writeUInt32BE(crc32(mended.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
  return mended;
}

/** The checksum at the end of a zlib stream (RFC 1950, 2.2) made right, where the stream can be unpacked. */
function mendPacked(packed: Buffer): void {
  if (packed.length < 6) return;
  try {
    packed.writeUInt32BE(
      adler32(inflateRawSync(packed.subarray(2), { finishFlush: constants.Z_SYNC_FLUSH })),
      packed.length - 4,
    );
  } catch {
    // Damaged beyond that: its reader has to find it out.
  }
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** An image that is packed well, as bombs are. */
function pngOfZeros(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunks = Object.entries({
    IHDR: header,
    IDAT: deflateSync(Buffer.alloc(height * (1 + 3 * width))),
    IEND: Buffer.alloc(0),
  });
  const written = chunks.map(([type, content]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return joined(length, Buffer.from(type), content, Buffer.alloc(4));
  });
  return withChecksums(joined(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...written));
}
