import type { RunRow } from '../../api.ts';
import { differs } from '../values/differs.ts';
import type { Column } from './columns.ts';

const ALWAYS = ['name', 'status', 'preset', 'seed', 'started', 'seconds', 'tags'];

/** Columns for runs that the reader has chosen none for: where all are of one experiment, what differs between them and what they gave too; otherwise of which each is. */
export function suitingColumns(rows: readonly RunRow[], all: readonly Column[]): readonly Column[] {
  const several = differs(rows, ({ experiment }) => experiment);
  const own = all.filter(({ of, key }) => of === 'run' && (ALWAYS.includes(key) || (several && key === 'experiment')));
  if (several) return own;
  const differing = all.filter(({ of, value, label }) => of === 'settings' && label !== 'seed' && differs(rows, value));
  // How long a run took has a column already.
  const results = all.filter(
    ({ of, value, label }) => of === 'summary' && label !== 'seconds' && rows.some((row) => value(row) !== undefined),
  );
  return [...own, ...differing.slice(0, 4), ...results.slice(0, 5)];
}
