import { resolve } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { createProgressReporter } from '@unbraid/checks/progress';
import type { Matrix } from '@unbraid/data';
import { UsageError } from '@unbraid/experiment';
import { type Column, createTableWriter, type DataTable, type TableWriter, type WrittenColumn } from '@unbraid/table';
import { withThreads } from '../../../commands/threads.ts';
import { listenForInterrupts } from '../../../interrupt.ts';
import { exitCodes, type Io } from '../../../io.ts';
import { shortPath } from '../../../short-path.ts';
import { type PredictFlags, unusedFlags } from '../../method.ts';
import type { ModelDirectory } from '../../model-directory.ts';
import type { TableManifest } from '../model/save.ts';
import { largest } from '../scores/sums.ts';
import { streamFor, type Wanted } from './columns.ts';
import { openTableModel, type TableModel } from './model.ts';

/** Rows of a batch: memory is that of a few such, whatever the file's size. */
const BATCH = 8192;

/** `unbraid predict DIR DATA --out FILE` of a table: batch by batch, whole or not at all. Returns the exit code. */
export async function predictTable(io: Io, directory: ModelDirectory, flags: PredictFlags): Promise<number> {
  const request = checked(flags);
  return withThreads(flags.threads, async () => {
    const reporter = createProgressReporter(io.stderr);
    const interrupts = listenForInterrupts(io, () => reporter.note('Stopping; nothing is written.'));
    const model = await openTableModel(directory);
    const start = performance.now();
    try {
      const wanted: Wanted = {
        path: request.data,
        query: flags.query,
        others: request.ids,
        signal: interrupts.signal,
        onWarning: (line) => reporter.note(line.replace(/^table: (\w+: )?/, '')),
      };
      const rows = await writeAll(model, wanted, request, interrupts.signal, (done) =>
        reporter.progress({ done, total: done, label: 'rows' }),
      );
      for (const line of model.unusual()) reporter.note(line);
      reporter.close();
      const seconds = (performance.now() - start) / 1000;
      await tell(io, { ...request, rows, seconds, json: flags.json ?? false });
      return exitCodes.done;
    } catch (error) {
      if (interrupts.signal.aborted) return exitCodes.interrupted;
      throw error;
    } finally {
      interrupts.stop();
      reporter.close();
      await model.release();
    }
  });
}

interface Request {
  readonly data: string;
  readonly out: string;
  readonly ids: readonly string[];
}

function checked(flags: PredictFlags): Request {
  const [unused] = unusedFlags(flags, ['data', 'out', 'id', 'query', 'threads', 'json']);
  if (unused !== undefined) throw new UsageError(`predict: ${unused} is not for models of tables`);
  if (flags.data === undefined)
    throw new UsageError('predict: name the table to predict: unbraid predict DIR DATA --out FILE');
  if (flags.out === undefined)
    throw new UsageError('predict: --out is missing; name the file of the predictions, such as --out predictions.csv');
  if (resolve(flags.out) === resolve(flags.data))
    throw new UsageError(`predict: --out ${flags.out} is the table itself; name another file`);
  const ids = flags.id === undefined ? [] : flags.id.split(',').map((name) => name.trim());
  return { data: resolve(flags.data), out: resolve(flags.out), ids };
}

async function writeAll(
  model: TableModel,
  wanted: Wanted,
  { out, ids }: Request,
  signal: AbortSignal,
  onRows: (done: number) => void,
): Promise<number> {
  let writer: TableWriter | undefined;
  let rows = 0;
  try {
    for await (const table of streamFor(model, wanted, BATCH)) {
      signal.throwIfAborted();
      const kept = ids.map((name) => columnOf(table, name));
      writer ??= await createTableWriter(out, writtenColumns(model.manifest, kept));
      if (table.rows === 0) continue;
      const outputs = await model.predict(table);
      await writer.write({ rows: table.rows, columns: [...kept, ...predictedColumns(model.manifest, outputs)] });
      rows += table.rows;
      onRows(rows);
    }
    if (writer === undefined || rows === 0)
      throw new InputError('data', `predict: ${wanted.path} has no rows; there is nothing to predict`);
    signal.throwIfAborted();
    await writer.close();
    return rows;
  } catch (error) {
    await writer?.abort();
    throw error;
  }
}

function columnOf({ columns }: DataTable, name: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new InputError('data', `predict: --id ${showValue(name)}: the table has no such column`);
}

const probabilityName = (name: string): string => `probability ${name}`;

function writtenColumns({ target }: TableManifest, kept: readonly Column[]): WrittenColumn[] {
  const ids = kept.map(({ name, kind }): WrittenColumn => ({ name, kind }));
  const own: WrittenColumn[] =
    target.task === 'regression'
      ? [{ name: 'prediction', kind: 'number' }]
      : [
          { name: 'prediction', kind: 'text' },
          ...target.classes.map((name): WrittenColumn => ({ name: probabilityName(name), kind: 'number' })),
        ];
  const clash = ids.find(({ name }) => own.some((each) => each.name === name));
  if (clash === undefined) return [...ids, ...own];
  throw new UsageError(`predict: --id ${showValue(clash.name)}: predictions have a column of that name`);
}

/** Predictions as columns: the quantity; or the most probable class and the probability of each. */
function predictedColumns({ target }: TableManifest, { data, rows, cols }: Matrix): Column[] {
  if (target.task === 'regression') return [{ name: 'prediction', kind: 'number', values: Float64Array.from(data) }];
  const probabilities = target.classes.map((name, c): Column => {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = data[i * cols + c]!;
    return { name: probabilityName(name), kind: 'number', values };
  });
  return [
    { name: 'prediction', kind: 'text', codes: largest(data, rows, cols), levels: target.classes },
    ...probabilities,
  ];
}

async function tell(
  io: Io,
  { out, rows, seconds, json }: Request & { readonly rows: number; readonly seconds: number; readonly json: boolean },
): Promise<void> {
  if (json) await io.stdout.write(`${JSON.stringify({ out, rows, seconds })}\n`);
  else
    await io.stderr.write(
      `${rows.toLocaleString('en-US')} predictions in ${shortPath(out)}, ${seconds.toFixed(1)} s\n`,
    );
}
