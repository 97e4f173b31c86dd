import type { MetricColumn, Scalars } from '@unbraid/experiment';
import { numberIn } from '@unbraid/experiment';
import type { Column } from './columns.ts';

/** A column of numbers, and how curves are drawn of it. */
export interface Metric {
  readonly name: string;
  /** What it is and its unit, as far as the experiment says. */
  readonly description: string | undefined;
  /** The column of its steps; undefined: its values are counted, as are those of lines without a step. */
  readonly step: string | undefined;
  /** Columns that tell its curves apart. */
  readonly by: readonly string[];
}

/** In the order in which they are looked for where nobody says along which column is drawn. */
const STEPS = ['step', 'epoch', 'iteration', 'batch', 'episode', 'time'];
/** Whole numbers that tell curves apart where nobody says which columns do. */
const REPEATS = /^(seed|trial|fold|run|repeat|network|member)$/;

/** The metrics of a run: what its experiment declares, and what else it logged in numbers. */
export function metricsOf(columns: readonly Column[], declared: Readonly<Record<string, MetricColumn>> = {}): Metric[] {
  const isNumeric = ({ kind }: Column) => kind === 'number' || kind === 'whole';
  const counts = new Set(columns.filter(({ isCount }) => isCount).map(({ name }) => name));
  const x = STEPS.find((name) => counts.has(name));
  const by = columns
    .filter((column) => !isNumeric(column) || (column.kind === 'whole' && REPEATS.test(column.name)))
    .map(({ name }) => name);
  const axes = new Set(
    Object.values(declared).flatMap((metric) => [...(metric.x === undefined ? [] : [metric.x]), ...(metric.by ?? [])]),
  );
  if (x !== undefined) axes.add(x);
  for (const name of by) axes.add(name);
  return columns.filter(isNumeric).flatMap(({ name }): Metric[] => {
    const metric = declared[name];
    if (metric !== undefined) return [declaredMetric(name, metric, counts)];
    return axes.has(name) ? [] : [{ name, description: undefined, step: x, by }];
  });
}

function declaredMetric(
  name: string,
  { description, unit, x, by = [] }: MetricColumn,
  counts: ReadonlySet<string>,
): Metric {
  return {
    name,
    description: unit === undefined ? description : `${description} (${unit})`,
    step: x !== undefined && counts.has(x) ? x : undefined,
    by,
  };
}

/** The curve of a line's value: `fit=GaLU,trial=2`; empty where there is one. */
export const curveOf = ({ by }: Metric, record: Scalars): string =>
  by.flatMap((name) => (record[name] === undefined ? [] : [`${name}=${record[name]}`])).join(',');

/** The value of a line, and its step where the line has one; undefined where it has no value. */
export function pointOf(
  { name, step }: Metric,
  record: Scalars,
): { readonly value: number; readonly step: number | undefined } | undefined {
  const value = numberIn(record[name]);
  const at = step === undefined ? undefined : record[step];
  return value === undefined ? undefined : { value, step: typeof at === 'number' ? at : undefined };
}
