import { type MetricColumn, numberIn, type Scalars } from '@unbraid/experiment';
import { isDrawn, metricAxes } from '@unbraid/experiment/directory';
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

/** The metrics of a run: what its experiment declares, and what else it logged in numbers. */
export function metricsOf(columns: readonly Column[], declared: Readonly<Record<string, MetricColumn>> = {}): Metric[] {
  const drawn = isDrawn(declared);
  const counts = new Set(columns.filter(({ isCount }) => isCount).map(({ name }) => name));
  const axes = columns.map(({ axis }) => axis);
  return columns
    .filter(({ name, kind }) => (kind === 'number' || kind === 'whole') && drawn(name))
    .map((column): Metric => {
      const said = Object.hasOwn(declared, column.name) ? declared[column.name] : undefined;
      const { x, by } = metricAxes(column, axes, said);
      return {
        name: column.name,
        description: said && describe(said),
        step: x !== undefined && counts.has(x) ? x : undefined,
        by,
      };
    });
}

const describe = ({ description, unit }: MetricColumn): string =>
  unit === undefined ? description : `${description} (${unit})`;

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
