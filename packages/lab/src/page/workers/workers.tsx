import { useEffect } from 'preact/hooks';
import type { LabEvent, RunRow, RunWorkers } from '../../api.ts';
import { api } from '../api-client.ts';
import { lab, onEvent } from '../store.ts';
import { Command, Loading, Problem } from '../ui/parts.tsx';
import { useThrottled } from '../ui/throttle.ts';
import { useResource } from '../ui/use-resource.ts';
import { formatDuration, plural } from '../values/format.ts';
import { timeLeft, unitsText } from './pace.ts';
import { WorkersTable } from './workers-table.tsx';

/** Answers that are so old, in seconds, are said to be. */
const OLD = 5;

/** Who works for a run, since when, and how fast: told anew while it lasts. @param quiet nothing is shown of a run that has no workers */
export function Workers({ row, quiet = false }: { readonly row: RunRow; readonly quiet?: boolean }) {
  const { id } = row;
  const asked = useResource(id, (signal) => api.workers(id, signal));
  const reload = useThrottled(asked.reload, 300);
  useEffect(() => onEvent((event) => isNews(event, id) && reload()), [id]);
  const { data, error } = asked;
  if (quiet && row.units === undefined && (data?.workers.length ?? 0) === 0) return null;
  return (
    <section class="workers">
      <h2>Workers</h2>
      {row.units && <p class="facts">{unitsText(row.units)}</p>}
      <Problem error={error} />
      {data === undefined ? !error && <Loading what="the workers" /> : <Known row={row} workers={data} />}
    </section>
  );
}

function Known({ row, workers: told }: { readonly row: RunRow; readonly workers: RunWorkers }) {
  const { workers, free, requires, age } = told;
  const left = row.units && timeLeft(row.units, workers);
  const gone = workers.filter(({ state }) => state === 'left');
  const there = workers.filter(({ state }) => state !== 'left');
  return (
    <>
      {age > OLD && <p class="notice">This is as it was {formatDuration(age)} ago.</p>}
      {left !== undefined && <p class="quiet">At this pace the units given out so far take another {left}.</p>}
      {there.length > 0 && <WorkersTable label="Workers" workers={there} />}
      {there.length === 0 && <p class="quiet">Nobody but the run’s own process is at work for it.</p>}
      {free !== undefined && free > 0 && (
        <p class="quiet">
          {plural(free, 'worker')} more could take its units, and {free === 1 ? 'is' : 'are'} at none.
        </p>
      )}
      {gone.length > 0 && (
        <details>
          <summary>{plural(gone.length, 'worker')} that ended</summary>
          <WorkersTable label="Workers that ended" workers={gone} />
        </details>
      )}
      {row.units && requires !== undefined && <Commands row={row} run={row.units.run} requires={requires} />}
    </>
  );
}

/** What one may do about a run of the database; the lab only reads it. */
function Commands(props: { readonly row: RunRow; readonly run: string; readonly requires: string }) {
  const { row, run, requires } = props;
  const address = lab.value?.database?.address;
  const goesOn = row.status === 'running' || row.status === 'waiting';
  if (address === undefined || !goesOn) return null;
  if (isThrough(row))
    return (
      <>
        <p>All units that were given out are done. The run goes on where its directory is:</p>
        <Command text={`unbraid resume DIR --on ${address}`} />
      </>
    );
  return (
    <details>
      <summary>More workers, or none</summary>
      <p>On any machine that reaches the database and has {requires}:</p>
      <Command text={`unbraid worker --on ${address}`} />
      <p>Its units are given to nobody any more, and what is done stays, by:</p>
      <Command text={`unbraid queue cancel ${address} ${run}`} />
    </details>
  );
}

/** Nobody offers more units, or puts together what has come of these: the process that did was told to leave, or has ended. */
const isThrough = ({ status, units }: RunRow): boolean =>
  status === 'waiting' && units !== undefined && units.active + units.waiting === 0;

function isNews(event: LabEvent, id: string): boolean {
  if (event.type === 'again' || event.type === 'lab') return true;
  if (event.type === 'run') return event.run.id === id;
  return event.type === 'workers' && event.id === id;
}
