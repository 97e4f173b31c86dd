import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DataTable, foldRows, type RowSplit, readDataTable, targetOf } from '@unbraid/table';
import { peerScript } from '../paths.ts';
import { THREADS } from '../side.ts';

/** A table as `peers/make_tables.py` writes and describes it. */
export interface TableFile {
  readonly name: string;
  /** Package and item, or scikit-learn's loader. */
  readonly source: string;
  readonly task: 'regression' | 'classification';
  readonly target: string;
  readonly rows: number;
  /** Without the target. */
  readonly columns: number;
  /** Missing entries. */
  readonly missing: number;
}

/** What a side of the contest on a table is told. */
export interface TablesTask {
  readonly csv: string;
  readonly target: string;
  readonly task: TableFile['task'];
  /** A JSON file: a list of `{ train, test }`, each a list of rows counted from 0. */
  readonly splits: string;
  /** Of the first split, for the fit before any is timed. */
  readonly warmUpRows: number;
  readonly threads: number;
}

/** Folds of each outer split. */
export const FOLDS = 5;

/** Above so many rows, a table is split once only. */
const LARGE = 20_000;

/** How the splits of a table are seeded: settings were found on other seeds. */
const FIRST_SEED = 1;

/** Writes the named tables, all twelve by default, and tells what they are. */
export async function makeTables(python: string, folder: string, names: readonly string[]): Promise<TableFile[]> {
  await promisify(execFile)(python, [peerScript('make_tables.py'), folder, ...names]);
  return JSON.parse(await readFile(join(folder, 'tables.json'), 'utf8')) as TableFile[];
}

/** A table as the sides read it: only empty entries are missing. */
export const readTable = (csv: string): Promise<DataTable> =>
  readDataTable(csv, { missingTexts: [''], delimiter: ',', decimal: '.', header: true });

/** Writes the splits of a table, `seeds` times five folds, by class where there are classes; the same for every side. */
export async function writeSplits(
  table: TableFile,
  folder: string,
  seeds: number,
): Promise<TablesTask & { count: number }> {
  const csv = join(folder, `${table.name}.csv`);
  const splits = splitsOf(table, await readTable(csv), table.rows > LARGE ? 1 : seeds);
  const file = join(folder, `${table.name}-splits.json`);
  const lists = splits.map(({ train, test }) => ({ train: [...train], test: [...test] }));
  await writeFile(file, JSON.stringify(lists));
  const { target, task } = table;
  return { csv, target, task, splits: file, warmUpRows: WARM_UP_ROWS, threads: THREADS, count: splits.length };
}

const WARM_UP_ROWS = 2000;

/** Five folds for each seed. */
export function splitsOf(
  { target, task }: Pick<TableFile, 'target' | 'task'>,
  table: DataTable,
  seeds: number,
): RowSplit[] {
  const of = targetOf(table, target, { task });
  return Array.from({ length: seeds }, (_, i) => {
    const seed = FIRST_SEED + i;
    const labels = of.task === 'classification' ? { kind: 'stratified' as const, labels: of.labels } : {};
    return foldRows(table, { ...labels, folds: FOLDS, seed });
  }).flat();
}
