import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { MOST_DEFLATED } from './gunzip.ts';

/** A file in a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** Unpacked. */
  readonly bytes: number;
  /**
   * The unpacked content, chunk by chunk, so that a member may be larger than memory. What was read is good only once the
   * last chunk has come: then its CRC-32 has been checked.
   *
   * @throws {InputError} where the content is damaged, or cannot be as long as the archive says.
   */
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * The members of a zip archive that is in memory, stored or deflated, by name.
 *
 * @param archive how errors name it.
 * @throws {InputError} where it is not a zip archive, is truncated, or has two members of one name.
 */
export async function zipMembers(bytes: Uint8Array, archive = 'the zip data'): Promise<Map<string, ZipMember>> {
  const members = new Map<string, ZipMember>();
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for await (const entry of zip.eachEntry()) {
      if (members.has(entry.fileName)) throw new InputError('file', `it has ${entry.fileName} twice`);
      members.set(entry.fileName, zipMember(zip, entry, archive));
    }
  } catch (cause) {
    throw new InputError('file', `data: ${archive} is not a zip archive, or it is damaged: ${zipReason(cause)}`, {
      cause,
    });
  }
  return members;
}

/**
 * The whole content of a member.
 *
 * @param checkBeginning is given the first chunk before there is room made for the rest.
 * @throws {InputError} as `chunks`.
 */
export async function memberBytes(
  member: ZipMember,
  checkBeginning: (chunk: Uint8Array) => void = () => {},
): Promise<Uint8Array> {
  let content: Uint8Array | undefined;
  let at = 0;
  for await (const chunk of member.chunks()) {
    if (!content) {
      checkBeginning(chunk);
      content = new Uint8Array(member.bytes);
    }
    content.set(chunk, at);
    at += chunk.length;
  }
  return content ?? new Uint8Array(0);
}

/** A member of an archive that was opened. @param archive how errors name it */
export function zipMember(zip: ZipFile, entry: Entry, archive: string): ZipMember {
  const { fileName: name, compressedSize: packed, uncompressedSize: bytes } = entry;
  const fault = (message: string, options?: ErrorOptions) =>
    new InputError('file', `data: ${name} in ${archive} is damaged: ${message}`, options);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (bytes > packed * MOST_DEFLATED)
      throw fault(`its ${packed} bytes cannot unpack to the ${bytes} that the archive says`);
    let checksum = 0;
    let stream: (Readable & AsyncIterable<Buffer>) | undefined;
    try {
      stream = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw fault(zipReason(cause), { cause });
    } finally {
      stream?.destroy();
    }
    if (checksum !== entry.crc32) throw fault('its CRC-32 is not the recorded one');
  }
  return { name, bytes, chunks };
}

/** What a library says of the archive, in one line that is not too long. */
export function zipReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replaceAll(/\s+/g, ' ').slice(0, 200);
}
