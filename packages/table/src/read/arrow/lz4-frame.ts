import { InputError } from '@unbraid/checks';

/** How a frame of LZ4 begins (LZ4 Frame Format Description 1.6.3). */
const MAGIC = 0x184d2204;

/** Set in a block's size where the block is as it was. */
const AS_IT_WAS = 0x80000000;

/**
 * What a frame of LZ4 unpacks to.
 *
 * @param size how many bytes that is, which the frame itself need not say
 * @throws {InputError} `file` for damage; the view's own RangeError where it ends too early
 */
export function unpackLz4Frame(packed: Uint8Array, size: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw damaged();
  const flags = view.getUint8(4);
  const [hasBlockSums, hasSize, hasDictionary] = [flags & 16, flags & 8, flags & 1];
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  const out = new Uint8Array(size);
  let made = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return made === size ? out : out.subarray(0, made);
    const length = word & ~AS_IT_WAS;
    const block = packed.subarray(at, at + length);
    if (block.length < length) throw damaged();
    if (word & AS_IT_WAS) {
      out.set(block, made);
      made += length;
    } else made = unpackBlock(block, out, made);
    at += length + (hasBlockSums ? 4 : 0);
  }
}

const damaged = (): InputError => new InputError('file', 'table: what is packed by LZ4 is damaged');

/** Unpacks a block behind those before it, to which it may refer, and gives where it ends. */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = 0;
  let made = start;
  /** A length of which four bits stand in the token: bytes of 255 go on. */
  const whole = (bits: number): number => {
    let length = bits;
    if (bits < 15) return length;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw damaged();
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = whole(token >> 4);
    if (at + literals > block.length || made + literals > out.length) throw damaged();
    out.set(block.subarray(at, at + literals), made);
    at += literals;
    made += literals;
    // The last sequence is literals alone.
    if (at >= block.length) return made;
    const offset = block[at]! | (block[at + 1]! << 8);
    at += 2;
    const length = whole(token & 15) + 4;
    if (offset === 0 || offset > made || made + length > out.length) throw damaged();
    // Byte by byte, since a match may reach into itself.
    for (let i = 0; i < length; i++, made++) out[made] = out[made - offset]!;
  }
  return made;
}
