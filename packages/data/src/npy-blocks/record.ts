import type { FileHandle } from 'node:fs/promises';

/**
 * Behind the values of a file that is being written stands which of its blocks are in, so that both are one file and can't part: a mark, the length of what the file is about,
 * that text, and a byte for each block.
 */
export interface BlockRecord {
  /** Its own bytes. */
  readonly size: number;
  has(index: number): boolean;
  /** Whether all blocks are in. */
  isFull(): boolean;
  /** Of a file that has none yet. */
  begin(file: FileHandle): Promise<void>;
  /** Reads which blocks are in; false where it is another file's. */
  restore(file: FileHandle): Promise<boolean>;
  /** The block is safe on the disk. */
  add(file: FileHandle, index: number): Promise<void>;
  /** Every block is in: the file has its name. */
  fill(): void;
}

const MARK = 'unbraid blocks 1\n';

/** @param position where it stands in the file */
export function blockRecord(position: number, blocks: number, about: string): BlockRecord {
  const text = new TextEncoder().encode(about);
  const head = new Uint8Array(MARK.length + 4 + text.length);
  head.set(new TextEncoder().encode(MARK));
  new DataView(head.buffer).setUint32(MARK.length, text.length, true);
  head.set(text, MARK.length + 4);
  const flags = new Uint8Array(blocks);
  const at = position + head.length;
  return {
    size: head.length + blocks,
    has: (index) => flags[index] === 1,
    isFull: () => flags.every((flag) => flag === 1),
    async begin(file) {
      await file.write(head, 0, head.length, position);
      await file.write(flags, 0, blocks, at);
    },
    async restore(file) {
      const found = new Uint8Array(head.length);
      await file.read(found, 0, found.length, position);
      await file.read(flags, 0, blocks, at);
      return found.every((byte, i) => byte === head[i]) && flags.every((flag) => flag <= 1);
    },
    async add(file, index) {
      await file.write(Uint8Array.of(1), 0, 1, at + index);
      flags[index] = 1;
    },
    fill: () => void flags.fill(1),
  };
}
