import { InputError } from '@unbraid/checks';
import type { TableFormat } from '../options.ts';

/** How files begin that are no tables, and what to do about them. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff\xe0', 'a JPEG image'],
  ['\xff\xd8\xff\xe1', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a zip file or a spreadsheet (.xlsx); unpack it, or save the sheet as CSV'],
  ['\xd0\xcf\x11\xe0', 'an old spreadsheet (.xls); save the sheet as CSV'],
  ['BZh', 'packed by bzip2; unpack it first'],
  ['\xfd7zXZ', 'packed by xz; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'packed by zstd; unpack it first'],
  ['\x93NUMPY', 'a NumPy array; save it as CSV or Parquet'],
  ['\x89HDF', 'an HDF5 file; save it as CSV or Parquet'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
  ['FEA1', 'an old Feather file; save it as Parquet or Feather version 2'],
];

/** How files of tables begin that aren't text. */
const TABLES: readonly (readonly [string, TableFormat])[] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['\xff\xff\xff\xff', 'arrow'],
  ['SQLite format 3\0', 'sqlite'],
];

/** A name's end says what it is only where bytes don't. */
const ENDS: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(?:jsonl|ndjson|json)(?:\.gz)?$/i, 'jsonl'],
  [/\.(?:csv|tsv|tab|txt)(?:\.gz)?$/i, 'csv'],
];

/**
 * What a file is, by how it begins and then by its name.
 *
 * @param start its first bytes, some hundred where there are as many
 * @throws {InputError} `file` for what is known to be no table
 */
export function findFormat(start: Uint8Array, name: string): TableFormat {
  const head = String.fromCharCode(...start.subarray(0, 512));
  const table = TABLES.find(([magic]) => head.startsWith(magic));
  if (table) return table[1];
  const other = OTHERS.find(([magic]) => head.startsWith(magic));
  // Short ones may begin a text as well, but not one with a control character.
  if (other && (other[0].length > 3 || start.subarray(0, 512).some((byte) => byte < 9))) {
    throw new InputError('file', `table: ${name} is no table but ${other[1]}`);
  }
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<(?:!doctype html|html|head|\?xml)/i.test(text)) {
    throw new InputError('file', `table: ${name} is no table but a page of HTML or XML; was its download refused?`);
  }
  const end = ENDS.find(([pattern]) => pattern.test(name));
  if (end) return end[1];
  return /^(?:\{|\[\s*\{)/.test(text) ? 'jsonl' : 'csv';
}
