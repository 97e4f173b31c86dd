import type { ColumnKind } from '../../table.ts';
import type { RawTable } from '../raw-table.ts';
import { sqlName, sqlText } from './sql.ts';

/** The columns of a CSV file whose entries are texts named c0, c1, …, as what they hold. */
export function typedEntries({ columns, form }: RawTable, kinds: ReadonlyMap<string, ColumnKind>): string {
  const { texts, anyCase } = form.missing;
  const list = texts.map(sqlText).join(', ');
  return columns
    .map((name, j) => {
      const entry = `trim(c${j}, ' \t\n')`;
      const missing = `${anyCase ? `lower(${entry})` : entry} in (${list})`;
      return `case when ${missing} then null else ${valueIn(entry, kinds.get(name)!, form.decimal)} end as ${sqlName(name)}`;
    })
    .join(', ');
}

function valueIn(entry: string, kind: ColumnKind, decimal: '.' | ','): string {
  if (kind === 'text') return entry;
  if (kind === 'boolean') return `cast(${entry} as boolean)`;
  if (kind === 'date') return `cast(${entry} as timestamp)`;
  return `cast(${decimal === '.' ? entry : `replace(${entry}, ',', '.')`} as double)`;
}
