import { extname } from 'node:path';
import { checkPath, readBytes } from '@unbraid/checks/node';
import { parseTable, type Table, type TableOptions } from './table.ts';

/**
 * Reads a table of numbers from a file, comma-separated or, where its name ends in `.tsv` or `.tab`, tab-separated.
 *
 * @throws as `parseTable`, or where the file cannot be read; the message names the path.
 */
export async function readTable(path: string, options: TableOptions = {}): Promise<Table> {
  checkPath(path);
  const delimiter = ['.tsv', '.tab'].includes(extname(path).toLowerCase()) ? '\t' : ',';
  return parseTable(await readBytes(path), { delimiter, ...options }, path);
}
