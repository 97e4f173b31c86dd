/** The bytes of a tar archive of files (ustar), made by the test itself. */
export function tarBytes(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, content]) => [header(name, content.length), padded(content)]);
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(1024)]));
}

function header(name: string, size: number): Uint8Array {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156);
  const checksum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(content: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(content.length / 512) * 512);
  blocks.set(content);
  return blocks;
}
