import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { createRandom } from '@unbraid/kernels';

const SIDE = 64;
const EACH = 48;

/** Whether a shape of size `r` about the middle covers (u, v), in pixels. */
const SHAPES = {
  discs: (u, v, r) => Math.hypot(u, v) < r,
  squares: (u, v, r) => Math.max(Math.abs(u), Math.abs(v)) < 0.85 * r,
  stripes: (u, v, r) => Math.max(Math.abs(u), Math.abs(v)) < r && Math.floor((v + r) / 5) % 2 === 0,
  triangles: (u, v, r) => v < 0.8 * r && v > 1.8 * Math.abs(u) - r,
};

/** Draws a subfolder of PNG files for each shape, unless the folder is there. */
export async function drawImages(folder) {
  if (existsSync(folder)) return;
  const random = createRandom(7);
  const unfinished = `${folder}.part`;
  await rm(unfinished, { recursive: true, force: true });
  for (const [shape, covers] of Object.entries(SHAPES)) {
    await mkdir(join(unfinished, shape), { recursive: true });
    for (let i = 0; i < EACH; i++) await writeFile(join(unfinished, shape, `${i}.png`), draw(covers, random));
  }
  await rename(unfinished, folder);
}

/** A shape of any place, size, turn and colour on another colour, with noise: a PNG file. */
function draw(covers, random) {
  const between = (low, high) => low + (high - low) * random.next();
  const [x, y, r, angle] = [between(24, 40), between(24, 40), between(12, 20), between(-0.3, 0.3)];
  const [back, front] = [0, 128].map((least) => [0, 1, 2].map(() => between(least, least + 110)));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  // Each line begins with 0: its bytes stand as they are.
  const lines = Buffer.alloc(SIDE * (1 + 3 * SIDE));
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [dx, dy] = [column - x, row - y];
      const colour = covers(cos * dx + sin * dy, cos * dy - sin * dx, r) ? front : back;
      colour.forEach((value, c) => {
        lines[row * (1 + 3 * SIDE) + 1 + 3 * column + c] = Math.min(Math.max(value + between(-25, 25), 0), 255);
      });
    }
  }
  return png(lines);
}

/** A PNG file of 8 bits a channel, red, green and blue. */
function png(lines) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [data.length, crc32(body)].map((value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  });
  return Buffer.concat([length, body, check]);
}
