import { useEffect, useMemo } from 'preact/hooks';
import type { RunRow } from '../../api.ts';
import { ChartControls, useChartSettings } from '../chart/controls.tsx';
import { useRange } from '../chart/range.ts';
import { listOf, route, setQuery } from '../router.ts';
import { listState, runs } from '../store.ts';
import { Check, Choice, Loading, Problem } from '../ui/parts.tsx';
import { plural } from '../values/format.ts';
import { CompareChart } from './compare-chart.tsx';
import { configurationsOf } from './configurations.ts';
import { SettingsTable } from './settings-table.tsx';
import { SummaryTable } from './summary-table.tsx';
import { useCommonMetrics } from './use-common-metrics.ts';

/** Several runs beside each other: their curves on one axis, what differs in their settings, and their results. */
export function Compare() {
  const ids = listOf(route.value.query.ids);
  const rows = ids.flatMap((id) => runs.value.get(id) ?? []);
  useEffect(() => {
    document.title = 'Compare · Unbraid lab';
  }, []);
  const { ready, error } = listState.value;
  if (!ready)
    return (
      <>
        <h1>Compare</h1>
        {error ? <Problem error={error} /> : <Loading what="the runs" />}
      </>
    );
  if (rows.length === 0)
    return (
      <>
        <h1>Compare</h1>
        <p>
          Select two or more runs in the <a href="#/runs">list</a>, then Compare.
        </p>
      </>
    );
  return <Compared rows={rows} missing={ids.length - rows.length} />;
}

function Compared({ rows, missing }: { readonly rows: readonly RunRow[]; readonly missing: number }) {
  const settings = useChartSettings();
  const range = useRange();
  const configurations = useMemo(
    () => configurationsOf(rows),
    [rows.map(({ id, revision }) => `${id}${revision}`).join()],
  );
  const metrics = useCommonMetrics(rows);
  const { metric: wanted, band } = route.value.query;
  const metric = metrics.find(({ name }) => name === wanted) ?? metrics[0];
  const canBand = configurations.some((each) => each.rows.length > 1);
  const banded = canBand && band !== 'off';
  return (
    <article>
      <h1>Compare {plural(rows.length, 'run')}</h1>
      {missing > 0 && <Problem error={`${plural(missing, 'run')} of the address can’t be found.`} />}
      <div class="bar">
        {metrics.length > 0 && (
          <Choice
            label="Metric"
            value={metric?.name ?? ''}
            options={metrics.map(({ name }): [string, string] => [name, name])}
            onChange={(name) => setQuery({ metric: name, from: undefined, to: undefined })}
          />
        )}
        <ChartControls settings={settings} declared={metric ? [metric.x] : []} />
        {canBand && (
          <Check
            label="Mean ± deviation over seeds"
            checked={banded}
            onChange={(on) => setQuery({ band: on ? undefined : 'off' })}
          />
        )}
      </div>
      {metric && (
        <CompareChart
          configurations={configurations}
          metric={metric}
          settings={settings}
          range={range}
          banded={banded}
        />
      )}
      {metrics.length === 0 && <p class="quiet">These runs logged no numbers.</p>}
      <SummaryTable configurations={configurations} />
      <SettingsTable configurations={configurations} />
    </article>
  );
}
