import type { MetricColumn } from './experiment.ts';

/** What is wrong with what is said of columns. */
export function metricProblems(metrics: Readonly<Record<string, MetricColumn>>): string[] {
  return Object.entries(metrics).flatMap(([name, { description, unit, x, by = [] }]) => {
    const column = `column ${JSON.stringify(name)}`;
    return [
      ...(name.trim() === '' ? [`${column} has no name`] : []),
      ...(description.trim() === '' ? [`${column} has no description`] : []),
      ...(unit?.trim() === '' ? [`the unit of ${column} is empty; leave it out`] : []),
      ...(x === name ? [`${column} is drawn along itself`] : []),
      ...(x?.trim() === '' ? [`${column} is drawn along a column without a name`] : []),
      ...(by.includes(name) ? [`${column} tells its own curves apart`] : []),
      ...(x !== undefined && by.includes(x) ? [`${column} is drawn along ${x}, which tells its curves apart`] : []),
      ...(new Set(by).size < by.length ? [`curves of ${column} are told apart by a column twice`] : []),
    ];
  });
}
