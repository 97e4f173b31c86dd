import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

/** A file in a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** Unpacked. */
  readonly bytes: number;
  /**
   * The unpacked content, chunk by chunk, so that a member may be larger than memory. What was read is good only once the
   * last chunk has come: then its CRC-32 has been checked.
   *
   * @throws where the content is damaged.
   */
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * The members of a zip archive that is in memory, stored or deflated, by name.
 *
 * @param archive how errors name it.
 * @throws where it is not a zip archive, or truncated.
 */
export async function zipMembers(bytes: Uint8Array, archive = 'the zip data'): Promise<Map<string, ZipMember>> {
  const members = new Map<string, ZipMember>();
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for await (const entry of zip.eachEntry()) members.set(entry.fileName, member(zip, entry, archive));
  } catch (cause) {
    throw new InputError('file', `data: ${archive} is not a zip archive, or it is damaged: ${reason(cause)}`, {
      cause,
    });
  }
  return members;
}

/** The whole content of a member. */
export async function memberBytes(member: ZipMember): Promise<Uint8Array> {
  const content = new Uint8Array(member.bytes);
  let at = 0;
  for await (const chunk of member.chunks()) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}

function member(zip: ZipFile, entry: Entry, archive: string): ZipMember {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let checksum = 0;
    try {
      const stream: Readable & AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } catch (cause) {
      throw new InputError('file', `data: ${entry.fileName} in ${archive} is damaged: ${reason(cause)}`, { cause });
    }
    if (checksum !== entry.crc32) {
      throw new InputError(
        'file',
        `data: ${entry.fileName} in ${archive} is damaged: its CRC-32 is not the recorded one`,
      );
    }
  }
  return { name: entry.fileName, bytes: entry.uncompressedSize, chunks };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
