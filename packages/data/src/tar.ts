import { InputError, listed } from '@unbraid/checks';

// Enough of tar to take a file out of an archive that is in memory. The archives of data sets are known to the bit by
// their SHA-256, and so is what is taken out of them, so this does without what a general reader needs: long names, links,
// sparse files, streams.

/** A tar archive is made of blocks of so many bytes (POSIX.1-1988, ustar): a header for each member, then its content. */
const BLOCK = 512;

/** Where a header has the member's name and, in octal digits, its size. */
const NAME = { start: 0, end: 100 };
const SIZE = { start: 124, end: 136 };

/**
 * The content, as a view, of the first member of a tar archive with this file name, in whatever folder.
 *
 * @param archive how errors name the archive.
 * @throws where there is none (lists the members), or the archive is damaged or ends too early.
 */
export function tarMember(bytes: Uint8Array, name: string, archive = 'the tar data'): Uint8Array {
  const members: string[] = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const path = text(bytes, at, NAME);
    const digits = text(bytes, at, SIZE).trim();
    if (!/^[0-7]+$/.test(digits)) {
      throw new InputError(
        'file',
        `data: ${archive} is not a tar archive, or damaged: the member at byte ${at} has no size`,
      );
    }
    const start = at + BLOCK;
    const end = start + Number.parseInt(digits, 8);
    if (end > bytes.length) {
      throw new InputError(
        'file',
        `data: ${archive} is truncated: ${path} ends at byte ${end}, the archive at ${bytes.length}`,
      );
    }
    if (path.slice(path.lastIndexOf('/') + 1) === name) return bytes.subarray(start, end);
    members.push(path);
    at = start + Math.ceil((end - start) / BLOCK) * BLOCK;
  }
  throw new InputError('file', `data: ${archive} has no ${name}; it has ${listed(members) || 'no files'}`);
}

/** A field of the header at `at`, up to its first zero byte. */
function text(bytes: Uint8Array, at: number, { start, end }: typeof NAME): string {
  const field = String.fromCharCode(...bytes.subarray(at + start, at + end));
  return field.split('\0', 1)[0]!;
}
