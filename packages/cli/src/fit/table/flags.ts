import { resolve } from 'node:path';
import { type Experiment, settingsFromText, UsageError } from '@unbraid/experiment';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { FitFlags } from '../method.ts';

/** A table's options as commander gives them. */
export interface TableFlags extends FitFlags {
  readonly target: string;
  readonly task?: string;
  readonly folds?: string;
  readonly omit?: string;
  readonly kinds?: readonly string[];
  readonly group?: string;
  readonly time?: string;
  readonly query?: string;
  readonly weights?: string;
  readonly classWeights?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Arguments and options of every `fit` of a table. */
export function tableGrammar(command: Command): Command {
  return command
    .argument('<data>', 'a table: .csv, .tsv, .jsonl, .parquet, .arrow, or what DuckDB reads')
    .requiredOption('--target <column>', 'the column to predict')
    .option('--task <task>', 'auto, regression (a quantity) or classification (default: auto, by the column)')
    .option('--folds <n>', 'parts of the rows in cross-validation (default: 5)')
    .option('--omit <columns>', 'columns to leave out: id,name')
    .option(
      '--kinds <column=kind>',
      'what a column holds, any number of times: zip=text, or number, boolean, date, category',
      collect,
    )
    .option('--group <column>', 'keep rows of one group, such as a patient, together in cross-validation')
    .option('--time <column>', 'test on later rows what was learned of earlier ones')
    .option('--query <sql>', 'take rows by a query: `SELECT … FROM data` (needs @duckdb/node-api)')
    .option('--weights <column>', 'a column with what each row counts')
    .option('--class-weights <which>', 'balanced: all classes count the same in training');
}

/** Settings that an option or argument gives, and `--set` doesn't. */
const TAKEN: readonly string[] = [
  ...[
    'data',
    'dataSha256',
    'target',
    'task',
    'folds',
    'omit',
    'kinds',
    'group',
    'time',
    'query',
    'weights',
    'classWeights',
  ],
];

/**
 * The settings that flags give.
 * @param own settings of the method, by the names of its flags
 * @throws {UsageError} for what can't be read
 */
export function tableOverrides<S extends z.ZodObject>(
  experiment: Experiment<S>,
  data: string,
  flags: TableFlags,
  own: readonly string[],
): Record<string, unknown> {
  const set = settingsFromText(experiment as unknown as Experiment, flags.set);
  const taken = Object.keys(set).find((key) => TAKEN.includes(key) || own.includes(key));
  if (taken !== undefined)
    throw new UsageError(`${experiment.name}: --set ${taken}: this setting has an option or argument of its own`);
  const plain = ['target', 'task', 'folds', 'group', 'time', 'query', 'weights', 'classWeights', ...own].flatMap(
    (key) => (flags[key] === undefined ? [] : [`${key}=${flags[key]}`]),
  );
  return {
    ...set,
    ...settingsFromText(experiment as unknown as Experiment, plain),
    data: resolve(data),
    ...(flags.omit !== undefined && { omit: flags.omit.split(',').map((column) => column.trim()) }),
    ...(flags.kinds !== undefined && { kinds: Object.fromEntries(flags.kinds.map(kindOf)) }),
  };
}

/** A column's name may hold an equals sign; a kind doesn't. */
function kindOf(pair: string): [string, string] {
  const at = pair.lastIndexOf('=');
  if (at < 1) throw new UsageError(`--kinds ${pair}: write it as zip=text`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** The words that give the same settings again. */
export function tableWords(method: string, data: string, flags: TableFlags, own: readonly string[]): string[] {
  const word = (key: string) => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const plain = ['target', 'task', 'folds', 'omit', 'group', 'time', 'query', 'weights', 'classWeights', ...own];
  return [
    'fit',
    method,
    data,
    ...plain.flatMap((key) => (flags[key] === undefined ? [] : [word(key), String(flags[key])])),
    ...(flags.kinds ?? []).flatMap((pair) => ['--kinds', pair]),
  ];
}
