import { numberIn } from '@unbraid/experiment/statistics';
import { LeftOut } from '../ui/left-out.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { formatScalar, plural } from '../values/format.ts';
import { type Configuration, differingSettings } from './configurations.ts';

/** Configurations and settings that a table shows. */
const ROWS = 200;
const COLS = 60;

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
        <Differences configurations={configurations} names={names} />
      )}
    </section>
  );
}

function Differences(props: { readonly configurations: readonly Configuration[]; readonly names: readonly string[] }) {
  const configurations = props.configurations.slice(0, ROWS);
  const columns = props.names.slice(0, COLS).map((name) => {
    const isNumber = configurations.some(({ rows }) => numberIn(rows[0]!.settings[name]) !== undefined);
    return { name, kind: isNumber ? 'number' : undefined };
  });
  return (
    <>
      <Scroll label="Differences of settings">
        <table>
          <thead>
            <tr>
              <th scope="col">Configuration</th>
              {columns.map(({ name, kind }) => (
                <th key={name} scope="col" class={kind}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {configurations.map(({ key, rows: own }) => (
              <tr key={key}>
                <th scope="row">
                  {own[0]!.experiment} <span class="quiet">({plural(own.length, 'run')})</span>
                </th>
                {columns.map(({ name, kind }) => (
                  <td key={name} class={kind}>
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
      <LeftOut
        parts={[
          { shown: configurations.length, all: props.configurations.length, what: 'configuration' },
          { shown: columns.length, all: props.names.length, what: 'setting' },
        ]}
      />
    </>
  );
}
