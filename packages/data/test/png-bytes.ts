import { crc32, deflateSync } from 'node:zlib';

/** A PNG image of grey levels, or of indexes into a palette, whose rows are given as packed bytes. */
export interface PackedPng {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly rows: readonly (readonly number[])[];
  /** Red, green and blue of each entry. */
  readonly palette?: readonly number[];
}

/** Writes it by the PNG specification: signature, IHDR, PLTE, IDAT, IEND. */
export function pngBytes({ width, height, depth, rows, palette }: PackedPng): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, palette ? 3 : 0, 0, 0, 0], 8);
  const unfiltered = Buffer.from(rows.flatMap((row) => [0, ...row]));
  return pngOfChunks([
    ['IHDR', header],
    ...(palette ? [['PLTE', Buffer.from(palette)] as const] : []),
    ['IDAT', deflateSync(unfiltered)],
  ]);
}

/** A PNG file of any chunks, and IEND. */
export function pngOfChunks(chunks: readonly (readonly [type: string, content: Buffer])[]): Uint8Array {
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    ...chunks.map(([type, content]) => chunk(type, content)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
