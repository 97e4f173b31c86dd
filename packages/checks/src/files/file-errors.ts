import { InputError } from '../input-error.ts';

type Explain = (path: string) => string;

/** What a system error code means for the person whose path it is, and what they can do. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  ENOENT: () => 'there is no such file or folder',
  ENOTDIR: (path) => `a part of ${path} is a file, not a folder`,
  EISDIR: () => 'it is a folder, not a file',
  EEXIST: () => 'it is there already',
  EACCES: () => 'permission denied; choose another place or change its permissions',
  EPERM: () => 'the system does not permit it; choose another place or change its permissions',
  EROFS: () => 'the file system is read-only; choose another place',
  ENOSPC: () => 'the disk is full; free some space and try again',
  EDQUOT: () => 'the disk quota is used up; free some space and try again',
  EFBIG: () => 'the file would exceed the largest size that the system allows',
  EMFILE: () => 'too many files are open',
  ENAMETOOLONG: () => 'the name is too long',
};

/**
 * An error that tells a person what was tried with a path and why it failed; the system's error is its cause.
 *
 * @param doing what failed, as in `data: cannot ${doing} ${path}`.
 * @param owner the package that asks, which the error begins with.
 */
export function fileError(error: unknown, doing: string, path: string, owner = 'data'): Error {
  const code = errorCode(error);
  const explained = code === undefined ? undefined : EXPLANATIONS[code]?.(path);
  const reason = explained ?? (error instanceof Error ? error.message : String(error));
  return new InputError(
    'file',
    `${owner}: cannot ${doing} ${path}: ${reason}${code && explained ? ` (${code})` : ''}`,
    {
      cause: error,
    },
  );
}

/** The system's code (`ENOENT`) where the error has one. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
