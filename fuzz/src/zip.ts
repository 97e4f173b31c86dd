import { crc32, deflateRawSync } from 'node:zlib';
import { joined } from './mutate.ts';

/** A zip archive of files, stored or deflated (APPNOTE 4.3). */
export function zipOf(files: Readonly<Record<string, Uint8Array>>, deflated = true): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflated ? deflateRawSync(bytes) : bytes;
    const fields = { deflated, crc: crc32(bytes), packed: packed.length, bytes: bytes.length, name: Buffer.from(name) };
    directory.push(header(fields, at));
    const local = header(fields);
    parts.push(local, packed);
    at += local.length + packed.length;
  }
  const central = joined(...directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return joined(...parts, central, end);
}

interface Fields {
  readonly deflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
  readonly name: Buffer;
}

/** A local header, or with the place of one its entry in the central directory, which has more fields among the same. */
function header({ deflated, crc, packed, bytes, name }: Fields, place?: number): Uint8Array {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(deflated ? 8 : 0, 4);
  common.writeUInt32LE(crc, 10);
  common.writeUInt32LE(packed, 14);
  common.writeUInt32LE(bytes, 18);
  common.writeUInt16LE(name.length, 22);
  if (place === undefined) return joined(Buffer.from('PK\x03\x04'), common, name);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(place, 10);
  return joined(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, name);
}
