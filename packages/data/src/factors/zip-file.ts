import { InputError } from '@unbraid/checks';
import { fileError } from '@unbraid/checks/node';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type ZipMember, zipMember, zipReason } from '../zip-members.ts';

/** A zip archive that stays on the disk, of any size. */
export interface OpenZip {
  readonly members: ReadonlyMap<string, ZipMember>;
  /** Where the content of a member begins in the archive; undefined where it is packed. @throws {InputError} where that is damaged */
  placeOf(name: string): Promise<number | undefined>;
  close(): void;
}

/** Stored, not packed (APPNOTE 4.4.5). */
const STORED = 0;

/**
 * Opens a zip archive without reading more of it than its directory.
 *
 * @throws {InputError} where it can't be opened, is no zip archive, or has two members of one name
 */
export async function openZip(path: string): Promise<OpenZip> {
  let zip: ZipFile | undefined;
  const entries = new Map<string, Entry>();
  try {
    zip = await openPromise(path, { autoClose: false });
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new InputError('file', `it has ${entry.fileName} twice`);
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    zip?.close();
    if (isOfSystem(cause)) throw fileError(cause, 'read', path);
    throw new InputError('file', `data: ${path} is not a zip archive, or it is damaged: ${zipReason(cause)}`, {
      cause,
    });
  }
  const opened = zip;
  const members = [...entries].map(([name, entry]) => [name, zipMember(opened, entry, path)] as const);
  return {
    members: new Map(members),
    async placeOf(name) {
      const entry = entries.get(name)!;
      if (entry.compressionMethod !== STORED || entry.compressedSize !== entry.uncompressedSize) return undefined;
      try {
        return (await opened.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
      } catch (cause) {
        throw new InputError('file', `data: ${name} in ${path} is damaged: ${zipReason(cause)}`, { cause });
      }
    },
    close: () => opened.close(),
  };
}

const isOfSystem = (cause: unknown): boolean => cause instanceof Error && 'syscall' in cause;
