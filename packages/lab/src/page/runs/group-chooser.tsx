import { useMemo } from 'preact/hooks';
import type { RunRow } from '../../api.ts';
import { setQuery } from '../router.ts';
import { Menu } from '../ui/menu.tsx';
import { Check } from '../ui/parts.tsx';
import { differs } from '../values/differs.ts';
import type { Column } from './columns.ts';

interface GroupChooserProps {
  readonly columns: readonly Column[];
  readonly by: readonly Column[];
  readonly rows: readonly RunRow[];
}

/** What the list is grouped by: several settings, or what a run is. */
export function GroupChooser({ columns, by, rows }: GroupChooserProps) {
  const offered = useMemo(() => differing(columns, rows), [columns, rows]);
  const keys = by.map(({ key }) => key);
  const set = (next: readonly string[]) => setQuery({ group: next.join(',') || undefined });
  const settings = offered.filter(({ of }) => of === 'settings');
  return (
    <Menu label={`Group${by.length > 0 ? ` by ${by.map(({ label }) => label).join(', ')}` : ''}`}>
      <p class="quiet">Mean ± standard deviation of results over the runs of a group.</p>
      {by.length > 0 && (
        <button type="button" onClick={() => set([])}>
          No groups
        </button>
      )}
      {settings.length > 0 && (
        <button
          type="button"
          onClick={() => set(['experiment', ...settings.filter(({ label }) => label !== 'seed').map(({ key }) => key)])}
        >
          By every setting but the seed
        </button>
      )}
      <fieldset>
        <legend>Group by</legend>
        {[...new Set([...by, ...offered])].map(({ key, label }) => (
          <Check
            key={key}
            label={label}
            checked={keys.includes(key)}
            onChange={(on) => set(on ? [...keys, key] : keys.filter((each) => each !== key))}
          />
        ))}
      </fieldset>
    </Menu>
  );
}

/** What a run is, and settings that differ between the runs that are listed. */
function differing(columns: readonly Column[], rows: readonly RunRow[]): readonly Column[] {
  const own = ['experiment', 'preset', 'status', 'seed'];
  return columns.filter(({ of, key, value }) =>
    of === 'run' ? own.includes(key) : of === 'settings' && differs(rows, value),
  );
}
