import { numberIn } from '@unbraid/experiment/statistics';
import { Scroll } from '../ui/scroll.tsx';
import { formatScalar, plural } from '../values/format.ts';
import { type Configuration, differingSettings } from './configurations.ts';

/** Configurations that a table shows. */
const ROWS = 200;

/** Settings that differ between configurations, and nothing else. */
export function SettingsTable({ configurations }: { readonly configurations: readonly Configuration[] }) {
  const rows = configurations.flatMap((each) => each.rows);
  const names = differingSettings(rows);
  return (
    <section>
      <h2>Differences of settings</h2>
      {names.length === 0 ? (
        <p class="quiet">
          {rows.length > 1 ? 'All settings but the seed are the same.' : 'One run alone differs from nothing.'}
        </p>
      ) : (
        <Scroll label="Differences of settings">
          <table>
            <thead>
              <tr>
                <th scope="col">Configuration</th>
                {names.map((name) => (
                  <th key={name} scope="col" class={isNumber(rows, name) ? 'number' : undefined}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {configurations.slice(0, ROWS).map(({ key, rows: own }) => (
                <tr key={key}>
                  <th scope="row">
                    {own[0]!.experiment} <span class="quiet">({plural(own.length, 'run')})</span>
                  </th>
                  {names.map((name) => (
                    <td key={name} class={isNumber(rows, name) ? 'number' : undefined}>
                      {own[0]!.settings[name] === undefined ? (
                        <span class="quiet">none</span>
                      ) : (
                        formatScalar(own[0]!.settings[name])
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

const isNumber = (rows: Configuration['rows'], name: string): boolean =>
  rows.some(({ settings }) => numberIn(settings[name]) !== undefined);
