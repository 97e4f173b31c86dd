import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/data';
import type { Machine } from './machine.ts';
import type { Row } from './row.ts';

/** A benchmark's result, as `--json` prints it. */
export interface Result {
  readonly name: string;
  /** The text by which rows were chosen, where it was not the whole. */
  readonly only?: string;
  /** Where it was not the usual number. */
  readonly runs?: number;
  readonly machine: Machine;
  /** When it was measured, ISO 8601. */
  readonly date: string;
  /** Of several parts the largest. */
  readonly load: Load;
  /** What it was put together of. */
  readonly parts?: readonly Part[];
  readonly rows: readonly Row[];
}

/** A part that was measured by itself. */
export interface Part {
  readonly only: string;
  readonly runs?: number;
  readonly date: string;
  readonly load: Load;
}

/** How busy the machine was: see `load` of `machine.ts`. Afterwards the benchmark itself is in it. */
export interface Load {
  readonly before: number | null;
  readonly after: number | null;
}

/** A machine with a larger load before the start is not quiet. */
const QUIET = 0.5;

/** What the reader should know who is about to believe the figures; undefined on a quiet machine. */
export function warningOf({ before }: Load): string | undefined {
  if (before === null || before <= QUIET) return undefined;
  return `Warning: the machine was not quiet: its load was ${before} before the start, above ${QUIET}; other work may have slowed either side.`;
}

/** Writes the result to `folder` as NAME.json and NAME.md, chosen rows to NAME-WORDS, so that they don't take the place of the whole. */
export async function writeResult(folder: string, result: Result): Promise<void> {
  await mkdir(folder, { recursive: true });
  const words = result.only?.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const file = join(folder, [result.name, ...words].join('-'));
  await writeFileAtomic(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
  await writeFileAtomic(`${file}.md`, markdown(result));
}

const COLUMNS = ['row', 'peer', 'unit', 'ours', 'theirs', 'ratio', 'goal', 'note'] as const;
const NUMBERS: ReadonlySet<string> = new Set(['ours', 'theirs', 'ratio', 'goal']);

/** The rows as a Markdown table, which also reads well in a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => COLUMNS.map((column) => cell(row[column])));
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, ...cells.map((texts) => [...texts[index]!].length)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, index) => pad(text, widths[index]!, COLUMNS[index]!)).join(' | ')} |`;
  const rule = `|${COLUMNS.map((column, index) => {
    const dashes = '-'.repeat(widths[index]! + 1);
    return NUMBERS.has(column) ? `${dashes}:` : `-${dashes}`;
  }).join('|')}|`;
  return [line(COLUMNS), rule, ...cells.map(line)].join('\n');
}

/** The table, below the warning where there is one. */
export function tableWithWarning({ load, rows }: Pick<Result, 'load' | 'rows'>): string {
  return [warningOf(load), table(rows)].filter((text) => text !== undefined).join('\n\n');
}

function markdown(result: Result): string {
  const { name, only, runs, machine, date, load, parts = [], rows } = result;
  const { cpu, cores, memoryGigabytes, system, node } = machine;
  const where = `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}`;
  const implementations = [...new Set(rows.map(({ implementation }) => implementation).filter(Boolean))];
  return [
    `# Benchmark ${name}${only === undefined ? '' : `: rows with ${only}`}`,
    `${parts.length > 0 ? `\`npm run bench -- ${name} --together\`` : command(name, only, runs)}, ${date}, on ${where}.`,
    ...(parts.length === 0
      ? []
      : [
          'Put together of parts that were measured one after another:',
          '',
          ...parts.map((part) => `- ${command(name, part.only, part.runs)}, ${part.date}, load ${loads(part.load)}`),
          '',
        ]),
    ...(only === undefined ? [] : ['A part: the rows that `--only` chose.']),
    'Medians of alternating runs, two threads each. A ratio above 1 means that we are faster, smaller or more accurate;',
    'the goal is the ratio to reach.',
    ...(implementations.length === 0 ? [] : [`Ours: ${implementations.join('; ')}.`]),
    `Load of the machine, the mean of a minute${parts.length > 0 ? ', the largest of the parts' : ''}: ${loads(load)}, the benchmark's own work in it.`,
    '',
    tableWithWarning({ load, rows }),
    '',
  ].join('\n');
}

function command(name: string, only: string | undefined, runs: number | undefined): string {
  const chosen = only === undefined ? '' : ` --only "${only}"`;
  return `\`npm run bench -- ${name}${chosen}${runs === undefined ? '' : ` --runs ${runs}`}\``;
}

const loads = ({ before, after }: Load): string =>
  `${before ?? 'not known'} before the start; ${after ?? 'not known'} after the end`;

function cell(value: Row[keyof Row]): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function pad(text: string, width: number, column: string): string {
  const space = ' '.repeat(width - [...text].length);
  return NUMBERS.has(column) ? space + text : text + space;
}
