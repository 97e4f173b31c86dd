import { numberIn } from '@unbraid/experiment';
import { type Column, timeColumns } from './columns.ts';
import type { Line } from './lines.ts';

type Value = number | string | boolean | null;
const TYPES = { whole: 'INT32', number: 'DOUBLE', boolean: 'BOOLEAN', text: 'STRING' } as const;

/** Writes lines as Parquet: a column each, with the types that its values have, and null where a line has no such column. */
export async function writeParquet(
  path: string,
  columns: readonly Column[],
  lines: AsyncIterable<Line>,
): Promise<number> {
  const values: Value[][] = columns.map(() => []);
  const [seconds, units]: [Value[], Value[]] = [[], []];
  for await (const { record, made } of lines) {
    columns.forEach(({ name, kind }, j) => {
      values[j]!.push(cellOf(record[name], kind));
    });
    seconds.push(made?.seconds ?? null);
    units.push(made?.unit ?? null);
  }
  const times = timeColumns(columns);
  const columnData = [
    ...columns.map(({ name, kind }, j) => ({ name, data: values[j]!, type: TYPES[kind] })),
    { name: times.seconds, data: seconds, type: TYPES.number },
    { name: times.unit, data: units, type: TYPES.text },
  ];
  const { parquetWriteFile } = await import('hyparquet-writer');
  parquetWriteFile({ filename: path, columnData });
  return seconds.length;
}

function cellOf(value: number | string | boolean | undefined, kind: Column['kind']): Value {
  if (value === undefined) return null;
  if (kind === 'text') return String(value);
  return kind === 'boolean' ? value : (numberIn(value) ?? null);
}
