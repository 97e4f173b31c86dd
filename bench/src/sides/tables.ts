import { readFile } from 'node:fs/promises';
import { createMatrix, type Matrix } from '@unbraid/data';
import { accuracy, classesOf, determination, type GaluSettings, searchGalu } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { type DataTable, fitPreprocessor, selectRows, selectTarget, type Target, targetOf } from '@unbraid/table';
import type { Ran } from '../protocol.ts';
import { serve } from '../serve.ts';
import { readTable, type TablesTask } from '../tasks/tables.ts';
import { runtimeOf } from './runtime.ts';

/** Our side of a table: columns, size and ridge are learned from the training rows of a split, and the rest are scored. */

interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Fits before any is timed: by then what runs often is compiled. */
const WARM_UPS = 3;

const RIDGES = [0.1, 0.3, 1, 3, 10, 30];

let [table, target, splits, runtime] = [] as unknown as [DataTable, Target, Split[], Runtime];

await serve<TablesTask>({
  async prepare(task) {
    runtime = runtimeOf(task);
    const all = await readTable(task.csv);
    target = targetOf(all, task.target, { task: task.task });
    table = selectRows(all, target.rows);
    splits = JSON.parse(await readFile(task.splits, 'utf8')) as Split[];
    const { train, test } = splits[0]!;
    for (let i = 0; i < WARM_UPS; i++) await fitAndScore({ train: train.slice(0, task.warmUpRows), test }, i);
    return { version: runtime.backend.name };
  },
  run: ({ split = 0 }) => fitAndScore(splits[split]!, split),
});

async function fitAndScore({ train, test }: Split, seed: number): Promise<Omit<Ran, 'peakBytes'>> {
  const [rows, known] = [selectRows(table, train), selectTarget(target, train)];
  const start = performance.now();
  const { preprocessor, x } = fitPreprocessor(rows, { target: known, seed });
  const isClasses = known.task === 'classification';
  const y = isClasses ? known.labels : known.values;
  const settings: GaluSettings = {
    gates: { kind: 'sparse' },
    linear: true,
    separate: true,
    seed,
    runtime,
    ...(isClasses && { loss: known.classes.length > 2 ? 'softmax' : 'logistic', classes: known.classes.length }),
  };
  const search = { neurons: sizesFor(x), ridges: RIDGES, refit: true, onWarning: () => {} } as const;
  const { best, model } = await searchGalu(x, y, { ...settings, ...search });
  const milliseconds = performance.now() - start;
  const outputs = await model.predict(preprocessor.transform(selectRows(table, test), { onUnseen: () => {} }));
  return { milliseconds, figures: { score: scoreOf(outputs, test), neurons: best.neurons, ridge: best.ridge } };
}

/** Sizes to compare: the linear model, and the largest power of two up to 64 neurons with no more unknowns an output than 16 √rows. */
function sizesFor({ rows, cols }: Matrix): number[] {
  const most = (16 * Math.sqrt(rows)) / (cols + 1) - 1;
  return [0, 2 ** Math.floor(Math.log2(Math.min(64, Math.max(2, most))))];
}

/** R² or accuracy. */
function scoreOf(outputs: Matrix, rows: readonly number[]): number {
  const truth = selectTarget(target, rows);
  if (truth.task === 'classification') return accuracy(classesOf(outputs), truth.labels);
  return determination(outputs, createMatrix(rows.length, 1, Float32Array.from(truth.values)));
}
