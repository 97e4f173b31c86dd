import type { Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { LabEvent, MetricInfo, RunDetail, RunRow, Series } from '../../api.ts';
import { xLabel } from '../chart/along.ts';
import { Chart } from '../chart/chart.tsx';
import { ChartControls, type ChartSettings, useChartSettings } from '../chart/controls.tsx';
import type { Extent } from '../chart/extent.ts';
import { keyId, keyLabel, type Line } from '../chart/line.ts';
import { useRange } from '../chart/range.ts';
import { lineOf } from '../chart/series-lines.ts';
import { useSeries } from '../chart/use-series.ts';
import { listOf, route, setQuery } from '../router.ts';
import { onEvent } from '../store.ts';
import { Menu } from '../ui/menu.tsx';
import { Check, Problem } from '../ui/parts.tsx';
import { useThrottled } from '../ui/throttle.ts';
import { plural } from '../values/format.ts';
import { appendLines } from './append.ts';

/** Charts that a run begins with. */
const FIRST = 4;

/** The curves of a run, a chart for each metric. */
export function Curves({ row, detail }: { readonly row: RunRow; readonly detail: RunDetail }) {
  const { metrics } = detail;
  const settings = useChartSettings();
  const range = useRange();
  const given = route.value.query.m;
  const names = given === undefined ? metrics.slice(0, FIRST).map(({ name }) => name) : listOf(given);
  const shown = metrics.filter(({ name }) => names.includes(name));
  if (metrics.length === 0)
    return (
      <p class="quiet">{row.status === 'running' ? 'Nothing has been logged yet.' : 'The run logged no numbers.'}</p>
    );
  const toggle = (name: string, on: boolean) =>
    setQuery({
      m:
        metrics.flatMap((each) => ((each.name === name ? on : names.includes(each.name)) ? each.name : [])).join(',') ||
        '-',
    });
  return (
    <>
      <div class="bar">
        <Menu label={`Metrics (${shown.length} of ${metrics.length})`}>
          <fieldset>
            <legend>Metrics</legend>
            {metrics.map(({ name, count }) => (
              <Check
                key={name}
                label={`${name} (${count.toLocaleString('en-US')})`}
                checked={names.includes(name)}
                onChange={(on) => toggle(name, on)}
              />
            ))}
          </fieldset>
        </Menu>
        <ChartControls settings={settings} declared={metrics.map(({ x }) => x)} />
      </div>
      <div class="charts">
        {shown.map((metric) => (
          <MetricChart key={metric.name} id={row.id} metric={metric} settings={settings} range={range} />
        ))}
      </div>
    </>
  );
}

interface MetricChartProps {
  readonly id: string;
  readonly metric: MetricInfo;
  readonly settings: ChartSettings;
  readonly range: Signal<Extent | undefined>;
}

function MetricChart({ id, metric, settings, range }: MetricChartProps) {
  const state = useSeries([id], metric.name, settings.x);
  const reload = useThrottled(state.whole.reload, 500);
  useEffect(() => onEvent((event) => follow(event, id, metric, state.whole.put, reload)), [id, metric.by.join()]);
  const own = state.series?.[0];
  const lines = useMemo(() => (own ? linesOf(own, settings.smoothing) : []), [own, settings.smoothing]);
  return (
    <Chart
      title={metric.name}
      unit={metric.unit}
      description={metric.description}
      lines={lines}
      xLabel={xLabel(own?.x ?? settings.x ?? metric.x)}
      logX={settings.logX}
      logY={settings.logY}
      range={range}
      busy={state.busy}
    >
      {own && own.leftOut > 0 && <p class="caption">{plural(own.leftOut, 'more curve')} not drawn.</p>}
      <Problem error={state.error} />
    </Chart>
  );
}

function linesOf(series: Series, smoothing: number): Line[] {
  return series.curves.map((curve, look) =>
    lineOf(curve, keyId(curve.key), keyLabel(curve.key) || series.metric, look, smoothing),
  );
}

/** New lines become points at once; what can't be put at the ends is asked for. */
function follow(
  event: LabEvent,
  id: string,
  metric: MetricInfo,
  put: (change: (data: readonly Series[] | undefined) => readonly Series[] | undefined) => void,
  reload: () => void,
): void {
  if (event.type === 'again' || (event.type === 'restart' && event.id === id)) reload();
  if (event.type !== 'lines' || event.id !== id) return;
  put((data) => {
    const series = data?.[0];
    if (!series) return undefined;
    const grown = appendLines(series, metric, event.first, event.lines);
    if (!grown) reload();
    return grown && grown !== series ? [grown] : data;
  });
}
