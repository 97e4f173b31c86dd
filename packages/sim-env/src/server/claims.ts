import { EnvError } from '../env-error.ts';
/**
 * Checks that a MessagePack message can hold what it claims to. A header of five bytes may announce an array of 2³² − 1 elements, which a
 * decoder makes room for before it reads one, and such headers nest; every element takes a byte at least, so no honest message
 * announces more elements than it has bytes left. Formats as in the MessagePack specification, section "Formats".
 *
 * @throws EnvError for a message that ends early, goes on after its value, or claims more than it holds
 */
export function checkClaims(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  /** Values that are still to come. */
  let open = 1;
  while (open > 0) {
    if (open > bytes.length - at)
      throw new EnvError('data', `it announces ${open} more values than its bytes can hold`);
    const { header, body, values } = formOf(view, at);
    at += header + body;
    open += values - 1;
    if (at > bytes.length)
      throw new EnvError('data', `it ends within a value that begins at byte ${at - header - body}`);
  }
  if (at < bytes.length) throw new EnvError('data', `${bytes.length - at} bytes follow its value`);
}

/** Bytes of a value's header and of what follows directly, and how many values it announces. */
interface Form {
  readonly header: number;
  readonly body: number;
  readonly values: number;
}

const bare = (body: number): Form => ({ header: 1, body, values: 0 });

/** Formats whose body has a fixed length, by their tag. */
const fixed = new Map([
  // nil, false, true
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  // float32, float64
  [0xca, 4],
  [0xcb, 8],
  // uint8 to uint64
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  // int8 to int64
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
  // extensions of 1 to 16 bytes, with a byte for their type
  [0xd4, 2],
  [0xd5, 3],
  [0xd6, 5],
  [0xd7, 9],
  [0xd8, 17],
]);

function formOf(view: DataView, at: number): Form {
  const tag = view.getUint8(at);
  if (tag < 0x80 || tag >= 0xe0) return bare(0);
  if (tag < 0x90) return { header: 1, body: 0, values: 2 * (tag & 15) };
  if (tag < 0xa0) return { header: 1, body: 0, values: tag & 15 };
  if (tag < 0xc0) return bare(tag & 31);
  const body = fixed.get(tag);
  if (body !== undefined) return bare(body);
  // A width of 1, 2 or 4 bytes for the length, by where the tag stands in its family.
  if (tag >= 0xc4 && tag <= 0xc6) return counted(view, at, 2 ** (tag - 0xc4), 'bytes');
  if (tag >= 0xc7 && tag <= 0xc9) return counted(view, at, 2 ** (tag - 0xc7), 'extension');
  if (tag >= 0xd9 && tag <= 0xdb) return counted(view, at, 2 ** (tag - 0xd9), 'bytes');
  if (tag >= 0xdc && tag <= 0xdd) return counted(view, at, 2 ** (tag - 0xdb), 'array');
  if (tag >= 0xde && tag <= 0xdf) return counted(view, at, 2 ** (tag - 0xdd), 'map');
  throw new EnvError('data', `byte ${at} is 0x${tag.toString(16)}, which begins no value`);
}

function counted(view: DataView, at: number, width: number, kind: 'bytes' | 'extension' | 'array' | 'map'): Form {
  const header = 1 + width;
  if (at + header > view.byteLength) throw new EnvError('data', `it ends within the header at byte ${at}`);
  const count = lengthAt(view, at + 1, width);
  if (kind === 'bytes') return { header, body: count, values: 0 };
  // An extension's type is a byte of its own.
  if (kind === 'extension') return { header, body: count + 1, values: 0 };
  return { header, body: 0, values: kind === 'map' ? 2 * count : count };
}

function lengthAt(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at);
  return width === 2 ? view.getUint16(at) : view.getUint32(at);
}
