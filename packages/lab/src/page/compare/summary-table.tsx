import { numberIn } from '@unbraid/experiment/statistics';
import { formatAddress } from '../address.ts';
import { route, setQuery } from '../router.ts';
import { SpreadText } from '../runs/cells.tsx';
import { LeftOut } from '../ui/left-out.tsx';
import { StatusMark } from '../ui/parts.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { formatScalar } from '../values/format.ts';
import { bestOf, spreadOf } from '../values/statistics.ts';
import { type Configuration, runLabels } from './configurations.ts';
import { formatGoals, nextGoal, parseGoals } from './goals.ts';

const SAID = { min: '↓ small is best', max: '↑ large is best' } as const;

/** Runs, configurations and results that a table shows; of more runs the means of configurations say more than the rows. */
const ROWS = 200;
const COLS = 60;

/** Results of the runs, the best marked, and means over the seeds of a configuration. */
export function SummaryTable({ configurations }: { readonly configurations: readonly Configuration[] }) {
  const rows = configurations.flatMap((each) => each.rows);
  const all = [...new Set(rows.flatMap(({ summary }) => Object.keys(summary)))];
  if (all.length === 0) return null;
  const names = all.slice(0, COLS);
  const goals = parseGoals(route.value.query.best);
  const labels = runLabels(configurations);
  const best = new Map(
    names.map((name) => [
      name,
      goals[name]
        ? bestOf(
            rows.map(({ summary }) => numberIn(summary[name])),
            goals[name],
          )
        : new Set<number>(),
    ]),
  );
  const several = configurations.filter((each) => each.rows.length > 1);
  return (
    <section>
      <h2>Results</h2>
      <p class="caption">
        A heading marks the smallest as best, then the largest, then none. Ties are all marked, NaN never.
      </p>
      <Scroll label="Results">
        <table class="summary">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">State</th>
              {names.map((name) => (
                <th key={name} scope="col" class="number">
                  <button
                    type="button"
                    class="plain"
                    onClick={() => setQuery({ best: formatGoals(nextGoal(goals, name)) || undefined })}
                  >
                    {name} <span class="quiet goal">{goals[name] ? SAID[goals[name]] : 'mark best'}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS).map((row, i) => (
              <tr key={row.id}>
                <th scope="row">
                  <a href={formatAddress(['runs', row.id])}>{labels.get(row.id)}</a>
                </th>
                <td>
                  <StatusMark status={row.status} />
                </td>
                {names.map((name) => (
                  <td key={name} class={`number${best.get(name)!.has(i) ? ' best' : ''}`}>
                    {best.get(name)!.has(i) && <span title="best">★ </span>}
                    {formatScalar(row.summary[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          {several.length > 0 && (
            <tbody>
              {several.slice(0, ROWS).map(({ key, label, rows: own }) => (
                <tr key={key} class="mean">
                  <th scope="row">{label}</th>
                  <td>mean of {own.length}</td>
                  {names.map((name) => {
                    const spread = spreadOf(own.flatMap(({ summary }) => numberIn(summary[name]) ?? []));
                    return (
                      <td key={name} class="number">
                        {spread && <SpreadText spread={spread} />}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          )}
        </table>
      </Scroll>
      <LeftOut
        parts={[
          { shown: Math.min(ROWS, rows.length), all: rows.length, what: 'run' },
          { shown: Math.min(ROWS, several.length), all: several.length, what: 'mean' },
          { shown: names.length, all: all.length, what: 'result' },
        ]}
      />
    </section>
  );
}
