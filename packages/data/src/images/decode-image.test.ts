import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { encode as encodePng } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { pngBytes, pngOfChunks } from '../../test/png-bytes.ts';
import { decodeImage } from './decode-image.ts';
import type { DecodedImage } from './decoded-image.ts';

/** Written by python/fixtures/image_fixture.py with Pillow and pypng. */
const folder = new URL('../../test/fixtures/images/', import.meta.url);
const fixture = (file: string) => new Uint8Array(readFileSync(new URL(file, folder)));
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<
  string,
  { readonly channels: number; readonly full: number; readonly samples: readonly number[] }
>;

function samplesOf(image: DecodedImage): number[] {
  return Array.from({ length: image.height }, (_, y) => Array.from(image.row(y))).flat();
}

describe('PNG', () => {
  const files = Object.keys(expected).filter((file) => file.endsWith('.png'));

  test.each(files)('%s has the samples that were written', async (file) => {
    const image = await decodeImage(fixture(file));
    const { channels, full, samples } = expected[file]!;
    expect(image).toMatchObject({ channels, full, orientation: 1 });
    expect(samplesOf(image)).toEqual(samples);
  });

  test.each([1, 2, 3, 4])('an image of %d channels by another writer gives its samples', async (channels) => {
    const data = Uint8Array.from({ length: 6 * channels }, (_, i) => i * 9);
    const image = await decodeImage(encodePng({ width: 3, height: 2, channels, data }));
    expect(image).toMatchObject({ width: 3, height: 2, channels, full: 255 });
    expect(samplesOf(image)).toEqual([...data]);
  });
});

describe('JPEG', () => {
  test.each(Object.keys(expected).filter((file) => file.endsWith('.jpg')))(
    '%s is decoded as by Pillow',
    async (file) => {
      const image = await decodeImage(fixture(file));
      const { channels, full, samples } = expected[file]!;
      expect(image).toMatchObject({ channels, full, orientation: 1 });
      const differences = samplesOf(image).map((sample, i) => Math.abs(sample - samples[i]!));
      expect(differences).toHaveLength(samples.length);
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    },
  );

  test('four colours are refused', async () => {
    await expect(decodeImage(fixture('cmyk.jpg'))).rejects.toThrow(
      'it has four colours (CMYK); save it in red, green and blue, or grey',
    );
  });

  test.each(['baseline.jpg', 'progressive.jpg', 'grey.jpg'])('every cut of %s is refused', async (file) => {
    const bytes = fixture(file);
    for (let length = 0; length < bytes.length; length += 13) {
      await expect(decodeImage(bytes.subarray(0, length))).rejects.toThrow(/^it is /);
    }
  });

  test('damaged data are refused, and the next image is read', async () => {
    const bytes = fixture('baseline.jpg');
    const holed = Uint8Array.of(...bytes.subarray(0, -60), ...bytes.subarray(-20));
    await expect(decodeImage(holed)).rejects.toThrow('its image data are damaged or truncated');
    expect((await decodeImage(fixture('baseline.jpg'))).channels).toBe(3);
  });

  test('a size that the data cannot hold is refused before there is room made for it', async () => {
    const bytes = fixture('baseline.jpg');
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    const view = new DataView(bytes.buffer);
    view.setUint16(frame + 5, 9000);
    view.setUint16(frame + 7, 11_000);
    await expect(decodeImage(bytes)).rejects.toThrow(/cannot hold 11000 × 9000 pixels/);
    view.setUint16(frame + 5, 65_000);
    await expect(decodeImage(bytes)).rejects.toThrow('it has 11000 × 65000 pixels, more than 100 million');
  });

  test('a second size, and frames that few can read, are refused', async () => {
    const bytes = fixture('baseline.jpg');
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    const segment = bytes.subarray(frame, frame + 19);
    const twice = Uint8Array.of(...bytes.subarray(0, frame), ...segment, ...bytes.subarray(frame));
    await expect(decodeImage(twice)).rejects.toThrow('it is damaged: it gives its size twice');
    bytes[frame + 1] = 0xc9;
    await expect(decodeImage(bytes)).rejects.toThrow('arithmetic-coded JPEG; save it as a baseline or progressive one');
  });
});

test.each(['turned-jpeg', 'turned-png'])('what EXIF says of the camera is read (%s)', async (kind) => {
  const files = readdirSync(new URL(kind, folder)).sort();
  const found = await Promise.all(
    files.map(async (file) => (await decodeImage(fixture(`${kind}/${file}`))).orientation),
  );
  expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

describe('what is wrong is told', () => {
  const png = (options: Partial<Parameters<typeof pngBytes>[0]> = {}) =>
    pngBytes({
      width: 3,
      height: 2,
      depth: 8,
      rows: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      ...options,
    });
  const header = (width: number, height: number, depth = 8, colour = 0) => {
    const content = Buffer.alloc(13);
    content.writeUInt32BE(width, 0);
    content.writeUInt32BE(height, 4);
    content.set([depth, colour], 8);
    return content;
  };

  test.each<[string, Uint8Array, string]>([
    ['GIF', Uint8Array.of(0x47, 0x49, 0x46, 0x38), 'it is neither a PNG nor a JPEG image'],
    ['nothing', new Uint8Array(0), 'it is neither a PNG nor a JPEG image'],
    ['more than its size', png({ height: 1 }), 'it is damaged: it unpacks to more than its size says'],
    ['less than its size', png({ height: 3 }), 'it is truncated: it unpacks to 8 bytes, its size needs 12'],
    [
      'a size that cannot be packed',
      png({ width: 9000, height: 9000 }),
      /cannot hold the 81009000 of its pixels/.source,
    ],
    ['too large', png({ width: 100_001, height: 1000 }), 'it has 100001 × 1000 pixels, more than 100 million'],
    ['an index beyond the palette', png({ depth: 8, palette: [0, 0, 0] }), 'it has colour 1 of a palette of 1'],
    [
      'two sizes',
      pngOfChunks([
        ['IHDR', header(1, 1)],
        ['IHDR', header(30_000, 30_000)],
        ['IDAT', deflateSync(Buffer.alloc(2))],
      ]),
      'it is damaged: it gives its size twice',
    ],
    [
      'no palette',
      pngOfChunks([
        ['IHDR', header(1, 1, 8, 3)],
        ['IDAT', deflateSync(Buffer.alloc(2))],
      ]),
      'from a palette that it lacks',
    ],
    [
      'a depth that there is not',
      pngOfChunks([
        ['IHDR', header(1, 1, 3)],
        ['IDAT', Buffer.alloc(9)],
      ]),
      'its header makes no sense',
    ],
    ['no header', pngOfChunks([['IDAT', deflateSync(Buffer.alloc(2))]]), 'it does not begin with its size'],
    [
      'a chunk of others',
      pngOfChunks([
        ['IHDR', header(1, 1)],
        ['CgBI', Buffer.alloc(4)],
      ]),
      'it has a chunk CgBI, which is not of PNG',
    ],
    [
      'a filter that there is not',
      pngOfChunks([
        ['IHDR', header(1, 1)],
        ['IDAT', deflateSync(Buffer.of(7, 0))],
      ]),
      'a row of filter 7',
    ],
    ['no pixels', pngOfChunks([['IHDR', header(1, 1)]]), 'cannot hold the 2 of its pixels'],
  ])('%s', async (_, bytes, message) => {
    const read = decodeImage(bytes).then((image) => samplesOf(image));
    await expect(read).rejects.toThrow(message);
    await expect(read).rejects.toThrow(InputError);
  });

  test('every cut and every changed byte of a PNG is refused', async () => {
    const bytes = png();
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeImage(bytes.subarray(0, length))).rejects.toThrow(InputError);
      const changed = bytes.slice();
      changed[length]! ^= 0x10;
      await expect(decodeImage(changed)).rejects.toThrow(InputError);
    }
  });

  test('a bomb is not unpacked', async () => {
    const packed = deflateSync(Buffer.alloc(64 * 2 ** 20));
    const bomb = pngOfChunks([
      ['IHDR', header(8, 8)],
      ['IDAT', packed],
    ]);
    const before = process.memoryUsage.rss();
    await expect(decodeImage(bomb)).rejects.toThrow('it unpacks to more than its size says');
    expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 2 ** 20);
  });
});
