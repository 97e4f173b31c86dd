import { resolve } from 'node:path';
import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { UsageError } from '@unbraid/experiment';
import { type DataTable, selectRows, targetOf } from '@unbraid/table';
import { withThreads } from '../../../commands/threads.ts';
import { exitCodes, type Io } from '../../../io.ts';
import { textTable } from '../../../text-table.ts';
import { type EvaluateFlags, unusedFlags } from '../../method.ts';
import type { ModelDirectory } from '../../model-directory.ts';
import type { TableManifest } from '../model/save.ts';
import { short } from '../report/numbers.ts';
import type { Answers } from '../scores/answers.ts';
import { type Score, scoresOf } from '../scores/intervals.ts';
import { meanings } from '../scores/names.ts';
import { largest } from '../scores/sums.ts';
import { weightsOf } from '../source.ts';
import { textOf } from './class-text.ts';
import { readFor } from './columns.ts';
import { openTableModel } from './model.ts';

const BATCH = 8192;

/** `unbraid evaluate DIR DATA` of a table: scores on rows whose answers are known. Returns the exit code. */
export async function evaluateTable(io: Io, directory: ModelDirectory, flags: EvaluateFlags): Promise<number> {
  const [unused] = unusedFlags(flags, ['data', 'query', 'threads', 'json']);
  if (unused !== undefined) throw new UsageError(`evaluate: ${unused} is not for models of tables`);
  const { data } = flags;
  if (data === undefined) throw new UsageError('evaluate: name a table that has the target: unbraid evaluate DIR DATA');
  return withThreads(flags.threads, async () => {
    const model = await openTableModel(directory);
    try {
      const { target, weights } = model.manifest;
      const notices: string[] = [];
      const whole = await readFor(model, {
        path: resolve(data),
        query: flags.query,
        others: [target.column, ...(weights === undefined ? [] : [weights])],
        onWarning: (line) => void notices.push(line.replace(/^table: (\w+: )?/, '')),
      });
      const { answers, table, dropped } = answersIn(whole, model.manifest);
      if (dropped > 0)
        notices.push(`${dropped} of ${whole.rows} rows have no ${showValue(target.column)} and are left out`);
      const outputs = await predictAll(table, model.predict);
      const { scores } = scoresOf(answers, outputs, 0);
      for (const line of [...notices, ...model.unusual()]) await io.stderr.write(`${line}\n`);
      const rows = table.rows;
      const confusion = answers.task === 'classification' ? confusionOf(answers, outputs) : undefined;
      await io.stdout.write(
        flags.json ? asJson(model.manifest, rows, scores, confusion) : asText(model.manifest, rows, scores, confusion),
      );
      return exitCodes.done;
    } finally {
      await model.release();
    }
  });
}

/** Rows whose target is known. */
function answersIn(
  whole: DataTable,
  { target, weights }: TableManifest,
): { answers: Answers; table: DataTable; dropped: number } {
  const column = whole.columns.find(({ name }) => name === target.column);
  if (column === undefined)
    throw new InputError('data', `evaluate: the table lacks the target ${showValue(target.column)}`);
  const known: number[] = [];
  for (let row = 0; row < whole.rows; row++) if (textOf(column, row) !== undefined) known.push(row);
  if (known.length === 0)
    throw new InputError(
      'data',
      whole.rows === 0
        ? 'evaluate: the table has no rows; there is nothing to score'
        : `evaluate: the target ${showValue(target.column)} is missing in all ${whole.rows} rows`,
    );
  const table = selectRows(whole, known);
  const counted = weights === undefined ? undefined : weightsOf(table, weights);
  const dropped = whole.rows - known.length;
  if (target.task === 'regression') {
    // One value is enough to score, and targetOf asks for two.
    if (column.kind !== 'number') targetOf(whole, target.column, { task: 'regression' });
    const values = Float64Array.from(known, (row) => (column.kind === 'text' ? Number.NaN : column.values[row]!));
    return { answers: { task: 'regression', values, weights: counted }, table, dropped };
  }
  const places = new Map(target.classes.map((name, c) => [name, c]));
  const labels = Int32Array.from(known, (row) => {
    const text = textOf(column, row)!;
    const place = places.get(text);
    if (place !== undefined) return place;
    throw new InputError(
      'data',
      `evaluate: ${showValue(target.column)} is ${showValue(text)} at row ${row} (counted from 0), a class that training didn't have; the nearest is ${showValue(nearestFirst(text, target.classes)[0])}`,
    );
  });
  return { answers: { task: 'classification', labels, classes: target.classes, weights: counted }, table, dropped };
}

async function predictAll(table: DataTable, predict: (table: DataTable) => Promise<Matrix>): Promise<Matrix> {
  let all: Matrix | undefined;
  for (let from = 0; from < table.rows; from += BATCH) {
    const rows = Int32Array.from({ length: Math.min(BATCH, table.rows - from) }, (_, i) => from + i);
    const { data, cols } = await predict(selectRows(table, rows));
    all ??= createMatrix(table.rows, cols);
    all.data.set(data, from * cols);
  }
  return all!;
}

function confusionOf(
  { labels }: Extract<Answers, { task: 'classification' }>,
  { data, rows, cols }: Matrix,
): number[][] {
  const counts = Array.from({ length: cols }, () => new Array<number>(cols).fill(0));
  const found = largest(data, rows, cols);
  labels.forEach((label, i) => {
    counts[label]![found[i]!]!++;
  });
  return counts;
}

function asJson(
  { target, method }: TableManifest,
  rows: number,
  scores: readonly Score[],
  confusion: number[][] | undefined,
): string {
  const plain = (value: number) => (Number.isFinite(value) ? value : String(value));
  const intervals = scores.map(({ name, value, lower, upper }) => [
    name,
    { value: plain(value), lower: plain(lower), upper: plain(upper) },
  ]);
  return `${JSON.stringify({
    method,
    target: target.column,
    task: target.task,
    rows,
    scores: Object.fromEntries(intervals),
    ...(confusion && target.task === 'classification' && { classes: target.classes, confusion }),
  })}\n`;
}

/** Classes that a terminal has room for. */
const MOST = 12;

function asText(
  { target }: TableManifest,
  rows: number,
  scores: readonly Score[],
  confusion: number[][] | undefined,
): string {
  const table = textTable([
    ['score', 'value', '95% from', 'to', 'meaning'],
    ...scores.map(({ name, value, lower, upper }) => [
      meanings[name].label,
      short(value),
      short(lower),
      short(upper),
      meanings[name].meaning,
    ]),
  ]);
  const head = `${rows.toLocaleString('en-US')} rows with ${showValue(target.column)}\n${table}`;
  if (confusion === undefined || target.task === 'regression' || target.classes.length > MOST) return head;
  const matrix = textTable([
    ['true class \\ predicted', ...target.classes],
    ...confusion.map((counts, c) => [target.classes[c]!, ...counts.map(String)]),
  ]);
  return `${head}\n${matrix}`;
}
