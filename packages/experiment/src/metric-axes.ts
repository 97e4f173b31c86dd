import type { MetricColumn } from './experiment.ts';

/** What curves are drawn along where nothing is declared: the first of these that most lines have, as numbers. */
const ALONG: readonly string[] = ['step', 'epoch', 'iteration', 'batch', 'update', 'round', 'episode', 'timestep'];
/** Columns of integers that tell curves apart where nothing is declared. */
const APART: readonly string[] = [
  'seed',
  'trial',
  'unit',
  'fold',
  'split',
  'fit',
  'network',
  'run',
  'repeat',
  'repetition',
  'member',
  'worker',
];

/** Different texts of a column after which they tell lines apart, not curves. */
export const MOST_CURVE_TEXTS = 200;

/** A column of lines, as far as curves may be drawn along it or told apart by it. */
export interface AxisColumn {
  readonly name: string;
  /** `whole`: nothing but whole numbers; `number`: also others, or texts beside them; `text`: nothing but texts and truth values, `MOST_CURVE_TEXTS` different ones at most; `other`: more of them. */
  readonly kind: 'whole' | 'number' | 'text' | 'other';
  /** How many lines have the metric and this column too. */
  linesBeside(metric: string): number;
  /** Whether two of these lines differ in it. */
  variesBeside(metric: string): boolean;
}

/** How curves are drawn of a metric. */
export interface MetricAxes {
  /** A column; undefined: the place of the line. */
  readonly x: string | undefined;
  /** Columns that tell its curves apart. */
  readonly by: readonly string[];
}

/**
 * As the experiment declares it, as far as these columns are there; or a guess: along a column that counts steps in most of its lines, a curve for each text and each
 * repetition.
 * @param metric a column of numbers, and how many lines have it
 */
export function metricAxes(
  metric: { readonly name: string; readonly lines: number },
  columns: readonly AxisColumn[],
  declared?: MetricColumn,
): MetricAxes {
  const named = (name: string) => columns.find((column) => column.name === name);
  if (declared !== undefined) {
    const { x, by = [] } = declared;
    return {
      x: x !== undefined && named(x) !== undefined ? x : undefined,
      by: by.filter((name) => named(name) !== undefined),
    };
  }
  const others = columns.filter(({ name }) => name !== metric.name);
  const isAlong = (name: string) =>
    others.some(
      (column) => column.name === name && isNumeric(column) && column.linesBeside(metric.name) * 2 > metric.lines,
    );
  const x = ALONG.find(isAlong);
  const by = others.filter((column) => column.name !== x && isKey(column) && column.variesBeside(metric.name));
  return { x, by: by.map(({ name }) => name) };
}

const isNumeric = ({ kind }: AxisColumn): boolean => kind === 'whole' || kind === 'number';

const isKey = ({ name, kind }: AxisColumn): boolean => kind === 'text' || (kind === 'whole' && APART.includes(name));

/**
 * Tells columns of numbers that are drawn from those that others are drawn along or told apart by.
 * @param declared what the experiment says of its columns
 */
export function isDrawn(declared: Readonly<Record<string, MetricColumn>>): (name: string) => boolean {
  const axes = new Set(Object.values(declared).flatMap(({ x, by = [] }) => [...(x === undefined ? [] : [x]), ...by]));
  return (name) => Object.hasOwn(declared, name) || !(axes.has(name) || ALONG.includes(name) || APART.includes(name));
}
