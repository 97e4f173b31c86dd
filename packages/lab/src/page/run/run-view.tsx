import { useEffect, useRef } from 'preact/hooks';
import type { LabEvent, RunDetail, RunRow } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api-client.ts';
import { connection } from '../events.ts';
import { route } from '../router.ts';
import { shortName } from '../runs/cells.tsx';
import { onEvent, putRow, runs, watchRun } from '../store.ts';
import { Loading, Problem } from '../ui/parts.tsx';
import { useThrottled } from '../ui/throttle.ts';
import { useResource } from '../ui/use-resource.ts';
import { Workers } from '../workers/workers.tsx';
import { Curves } from './curves.tsx';
import { Files } from './files.tsx';
import { Log } from './log.tsx';
import { Results } from './results.tsx';
import { RunHead } from './run-head.tsx';
import { Settings } from './settings.tsx';

const TABS = [
  ['curves', 'Curves'],
  ['results', 'Results'],
  ['log', 'Log'],
  ['workers', 'Workers'],
  ['settings', 'Settings'],
  ['files', 'Command and files'],
] as const;

/** One run: what it logs while it lasts, and what has come of it. */
export function RunView({ id }: { readonly id: string }) {
  const detail = useResource(id, (signal) => api.run(id, signal));
  const reload = useThrottled(detail.reload, 300);
  const event = detail.data?.event;
  // Once: lines that come between two answers are told anyway.
  useEffect(() => (event === undefined ? undefined : watchRun(id, event)), [id, event === undefined]);
  const seen = useRef(new Set<string>());
  useEffect(
    () =>
      onEvent((event) => {
        if (needsNews(event, id, runs.peek().get(id)) || hasNewColumn(event, id, seen.current)) reload();
      }),
    [id],
  );
  useEffect(() => {
    if (detail.data) putRow(detail.data.run);
  }, [detail.data]);
  const row = runs.value.get(id) ?? detail.data?.run;
  const name = row && shortName(row);
  useEffect(() => {
    document.title = `${name ?? 'Run'} · Unbraid lab`;
  }, [name]);

  if (!detail.data || !row) {
    return (
      <>
        <h1>Run</h1>
        {detail.error ? <Problem error={detail.error} /> : <Loading what="the run" />}
        {detail.error && connection.value === 'live' && (
          <p class="quiet">Its directory may have been moved, renamed or deleted since this address was made.</p>
        )}
        <p>
          <a href="#/runs">All runs</a>
        </p>
      </>
    );
  }
  const tab = TABS.find(([each]) => each === route.value.query.tab)?.[0] ?? 'curves';
  const hasWorkers = row.units !== undefined || row.status === 'running';
  return (
    <article class="run">
      <RunHead row={row} detail={detail.data} />
      <Problem error={detail.error} />
      {detail.data.missing && <p class="notice">{detail.data.missing}</p>}
      <nav class="tabs" aria-label="Parts of the run">
        {TABS.filter(([each]) => each !== 'workers' || hasWorkers || tab === each).map(([each, label]) => (
          <a
            key={each}
            href={formatAddress(['runs', id], { ...route.value.query, tab: each })}
            aria-current={each === tab ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <Part tab={tab} row={row} detail={detail.data} />
    </article>
  );
}

function Part({ tab, row, detail }: { readonly tab: string; readonly row: RunRow; readonly detail: RunDetail }) {
  if (tab === 'results') return <Results row={row} detail={detail} />;
  if (tab === 'log') return <Log id={row.id} lines={detail.lines} />;
  if (tab === 'workers') return <Workers row={row} />;
  if (tab === 'settings') return <Settings detail={detail} />;
  if (tab === 'files') return <Files row={row} detail={detail} />;
  return <Curves row={row} detail={detail} />;
}

/** Whether new lines have a column for the first time since the page was opened: there may be a metric more. */
function hasNewColumn(event: LabEvent, id: string, seen: Set<string>): boolean {
  if (event.type !== 'lines' || event.id !== id) return false;
  const before = seen.size;
  for (const line of event.lines) for (const name in line) seen.add(name);
  return seen.size > before;
}

/** Whether the run has to be asked for anew: its outputs, a log that was cut, a new metric, or its end. */
function needsNews(event: LabEvent, id: string, known: RunRow | undefined): boolean {
  if (event.type === 'again') return true;
  if (event.type === 'run') return event.run.id === id && event.run.status !== known?.status;
  return (event.type === 'outputs' || event.type === 'restart' || event.type === 'gone') && event.id === id;
}
