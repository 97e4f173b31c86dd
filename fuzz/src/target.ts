import type { ErrorClass } from './our-errors.ts';

/** The content of a folder: bytes by a file's path below it. */
export type Files = Readonly<Record<string, Uint8Array>>;

interface Target {
  /** As on the command line: lower case, words joined by hyphens. */
  readonly name: string;
  /** Milliseconds of computing that a case may take, 2,000 unless given; for readers that do more than read. */
  readonly limitMs?: number;
  /** Cases in the tests, 200 unless given; for readers that take long to start. */
  readonly testCases?: number;
  /** Classes of our own besides InputError that the reader may throw. */
  readonly errors?: readonly ErrorClass[];
}

/** A reader of bytes, or of one file. */
export interface ByteTarget extends Target {
  /** Valid examples, small (some hundred bytes, as a rule) and made by code, of every form that the format has. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /**
   * Mends checksums after a mutation, so that it isn't always the checksum that refuses; half of the cases are mended. Gives
   * back what can't be mended as it is.
   */
  repair?(bytes: Uint8Array): Uint8Array;
  /**
   * Reads `bytes` and asserts (`node:assert`) all that has to hold of what was accepted.
   *
   * @throws InputError where the reader refuses; anything else is a finding.
   */
  run(bytes: Uint8Array): void | Promise<void>;
}

/** A reader of several files that belong together; one of them is mutated, or goes missing. */
export interface FolderTarget extends Target {
  /** Valid examples, as for `ByteTarget`. */
  folders(): readonly Files[] | Promise<readonly Files[]>;
  /** As `ByteTarget.repair`, of the file that was mutated. */
  repair?(bytes: Uint8Array, file: string): Uint8Array;
  /** As `ByteTarget.run`, on a folder that holds the files and may be written to; it is emptied afterwards. */
  runFolder(folder: string, files: Files): void | Promise<void>;
}

export type FuzzTarget = ByteTarget | FolderTarget;

/** The example's one file, where a target reads bytes. */
export const ONLY_FILE = 'input';

/** The valid examples of either kind, as files; copies, for the `slice` of a Buffer would not make any. */
export async function examples(target: FuzzTarget): Promise<readonly Files[]> {
  if (!('runFolder' in target)) return (await target.seeds()).map((bytes) => ({ [ONLY_FILE]: new Uint8Array(bytes) }));
  const copied = (files: Files) => Object.entries(files).map(([name, bytes]) => [name, new Uint8Array(bytes)] as const);
  return (await target.folders()).map((files) => Object.fromEntries(copied(files)));
}

/** The bytes of all files together. */
export function totalBytes(files: Files): number {
  return Object.values(files).reduce((total, { length }) => total + length, 0);
}
