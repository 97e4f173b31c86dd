import type { RunRow, Scalar } from '../../api.ts';
import { differs } from '../values/differs.ts';

/** Runs of one configuration: one experiment with the same settings, whatever the seed. */
export interface Configuration {
  readonly key: string;
  /** What tells it from the others that are compared: `width 50`. */
  readonly label: string;
  readonly rows: readonly RunRow[];
}

/** Settings that aren't the same in all runs, in the order of their names; a run without one differs from those that have it. The seed isn't one. */
export function differingSettings(rows: readonly RunRow[]): readonly string[] {
  const names = new Set(rows.flatMap(({ settings }) => Object.keys(settings)));
  names.delete('seed');
  return [...names].filter((name) => differs(rows, ({ settings }) => settings[name])).sort();
}

/** Runs apart by configuration, in the order of the runs. A label has what differs between configurations of one experiment: what another has is nothing that it could be told by. */
export function configurationsOf(rows: readonly RunRow[]): readonly Configuration[] {
  const names = differingSettings(rows);
  const found = groupedBy(rows, (row) =>
    JSON.stringify([row.experiment, ...names.map((name) => row.settings[name] ?? null)]),
  );
  const ofExperiment = groupedBy(rows, ({ experiment }) => experiment);
  const telling = new Map([...ofExperiment].map(([experiment, own]) => [experiment, differingSettings(own)]));
  return [...found].map(([key, own]) => {
    const { experiment, settings } = own[0]!;
    const parts = telling
      .get(experiment)!
      .flatMap((name) => (settings[name] === undefined ? [] : [`${name} ${shown(settings[name])}`]));
    return { key, rows: own, label: [...(telling.size > 1 ? [experiment] : []), ...parts].join(', ') || experiment };
  });
}

function groupedBy(rows: readonly RunRow[], keyOf: (row: RunRow) => string): ReadonlyMap<string, readonly RunRow[]> {
  const found = new Map<string, RunRow[]>();
  for (const row of rows) {
    const own = found.get(keyOf(row));
    if (own) own.push(row);
    else found.set(keyOf(row), [row]);
  }
  return found;
}

const shown = (value: Scalar): string => String(value);

/** What a run is called among those that are compared: what differs, and its seed where configurations have several. */
export function runLabels(configurations: readonly Configuration[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const taken = new Map<string, number>();
  for (const { label, rows } of configurations)
    for (const { id, seed } of rows) {
      const name = rows.length > 1 ? `${label}, seed ${seed}` : label;
      const before = taken.get(name) ?? 0;
      taken.set(name, before + 1);
      labels.set(id, before === 0 ? name : `${name} (${before + 1})`);
    }
  return labels;
}
