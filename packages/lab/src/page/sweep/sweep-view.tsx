import { useEffect } from 'preact/hooks';
import type { Sweep } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api-client.ts';
import { route, setQuery } from '../router.ts';
import { shortName } from '../runs/cells.tsx';
import { onEvent, runs } from '../store.ts';
import { Choice, Command, Loading, Problem, ProgressBar, StatusMark } from '../ui/parts.tsx';
import { useThrottled } from '../ui/throttle.ts';
import { useResource } from '../ui/use-resource.ts';
import { formatNumber, formatScalar } from '../values/format.ts';
import { Workers } from '../workers/workers.tsx';
import { SweepFigures } from './sweep-figures.tsx';
import { bestConfiguration, metricsOf } from './trials.ts';
import { TrialsTable } from './trials-table.tsx';

/** The trials of a sweep: how settings bear on results, and the best. */
export function SweepView({ id }: { readonly id: string }) {
  const sweep = useResource(id, (signal) => api.sweep(id, signal));
  const reload = useThrottled(sweep.reload, 1000);
  useEffect(
    () => onEvent((event) => (event.type === 'again' || (event.type === 'run' && event.run.id === id)) && reload()),
    [id],
  );
  const row = runs.value.get(id);
  const name = row ? shortName(row) : 'Sweep';
  useEffect(() => {
    document.title = `${name} · Unbraid lab`;
  }, [name]);
  return (
    <article class="sweep">
      <p class="quiet">
        <a href="#/runs">Runs</a>
        {sweep.data && ` / sweep of ${sweep.data.experiment}`}
      </p>
      <h1>{name}</h1>
      {row && (
        <p class="facts">
          <StatusMark status={row.status} />
          <ProgressBar row={row} wide />
          <a href={formatAddress(['runs', id])}>{sweep.error ? 'The run' : 'The sweep’s own run'}</a>
        </p>
      )}
      <Problem error={sweep.error} />
      {row && <Workers row={row} quiet />}
      {sweep.data ? <SweepBody sweep={sweep.data} /> : !sweep.error && <Loading what="the trials" />}
    </article>
  );
}

function SweepBody({ sweep }: { readonly sweep: Sweep }) {
  const metrics = metricsOf(sweep);
  const { metric: wanted, goal: given } = route.value.query;
  const metric = metrics.find((name) => name === wanted) ?? metrics[0];
  const usual = metric === sweep.metric ? (sweep.goal ?? 'max') : 'max';
  const goal = given === 'min' || given === 'max' ? given : usual;
  const best = metric === undefined ? undefined : bestConfiguration(sweep.trials, metric, goal);
  return (
    <>
      <p class="quiet">
        {sweep.trials.filter(({ status }) => status === 'done').length} of {sweep.planned} trials done.
      </p>
      {metric === undefined ? (
        <p class="quiet">No trial has a result yet.</p>
      ) : (
        <>
          <div class="bar">
            <Choice
              label="Result"
              value={metric}
              options={metrics.map((name): [string, string] => [name, name])}
              onChange={(name) => setQuery({ metric: name, goal: undefined })}
            />
            <Choice
              label="Best is"
              value={goal}
              options={[
                ['max', 'the largest'],
                ['min', 'the smallest'],
              ]}
              onChange={(name) => setQuery({ goal: name })}
            />
          </div>
          {best && (
            <section>
              <h2>
                Best configuration <span class="quiet">★</span>
              </h2>
              <p>
                {sweep.axes.map(({ name }) => (
                  <span key={name} class="setting">
                    {name} <strong>{formatScalar(best.trials[0]!.settings[name])}</strong>
                  </span>
                ))}
                <span class="setting">
                  {metric} <strong>{formatNumber(best.mean ?? Number.NaN)}</strong>
                  {best.trials.length > 1 && <span class="quiet"> mean of {best.trials.length} seeds</span>}
                </span>
              </p>
              <Command text={best.trials[0]!.command} />
            </section>
          )}
          <SweepFigures sweep={sweep} metric={metric} goal={goal} best={best?.configuration} />
        </>
      )}
      <TrialsTable sweep={sweep} metric={metric} best={best?.configuration} />
    </>
  );
}
