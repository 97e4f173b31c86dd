/** x³² + x²⁶ + … + 1 with its bits reversed, the polynomial of ISO 3309, PNG and zip. */
const POLYNOMIAL = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** The CRC-32 of zip and PNG as an unsigned number. Node's own (`node:zlib`) is not there in browsers. */
export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The CRC-32 of numbers as they lie in memory, little-endian on every machine that runs JavaScript. */
export const crc32OfFloats = (values: Float32Array): number => crc32(bytesOf(values));

/** A view of an array's bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
