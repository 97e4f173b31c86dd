import type { RunRow } from '../../api.ts';
import { differs } from '../values/differs.ts';
import type { Column } from './columns.ts';

/** Columns for runs that the reader has chosen none for: where all are of one experiment, what differs between them and what they gave too. */
export function suitingColumns(rows: readonly RunRow[], all: readonly Column[]): readonly Column[] {
  const always = ['name', 'status', 'preset', 'seed', 'started', 'seconds', 'tags'];
  const own = all.filter(({ of, key }) => of === 'run' && always.includes(key));
  if (differs(rows, ({ experiment }) => experiment)) return own;
  const differing = all.filter(({ of, value, label }) => of === 'settings' && label !== 'seed' && differs(rows, value));
  const results = all.filter(({ of, value }) => of === 'summary' && rows.some((row) => value(row) !== undefined));
  return [...own, ...differing.slice(0, 4), ...results.slice(0, 5)];
}
