import type { Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { MetricInfo } from '../../api.ts';
import { xLabel } from '../chart/along.ts';
import { Chart } from '../chart/chart.tsx';
import type { ChartSettings } from '../chart/controls.tsx';
import type { Extent } from '../chart/extent.ts';
import { useSeries } from '../chart/use-series.ts';
import { onEvent } from '../store.ts';
import { Problem } from '../ui/parts.tsx';
import { useThrottled } from '../ui/throttle.ts';
import { bandLines, runLines } from './compare-lines.ts';
import type { Configuration } from './configurations.ts';

interface CompareChartProps {
  readonly configurations: readonly Configuration[];
  readonly metric: MetricInfo;
  readonly settings: ChartSettings;
  readonly range: Signal<Extent | undefined>;
  readonly banded: boolean;
}

/** Runs that are going on are asked for their curves anew this often at most, in ms. */
const LIVE = 2000;

/** The curves of all runs on one axis. */
export function CompareChart({ configurations, metric, settings, range, banded }: CompareChartProps) {
  const ids = configurations.flatMap(({ rows }) => rows.map(({ id }) => id));
  const state = useSeries(ids, metric.name, settings.x);
  const reload = useThrottled(state.whole.reload, LIVE);
  useEffect(() => onEvent((event) => event.type === 'run' && ids.includes(event.run.id) && reload()), [ids.join()]);
  const { series } = state;
  const lines = useMemo(() => {
    const byId = new Map(series?.map((each) => [each.id, each]));
    return (banded ? bandLines : runLines)(configurations, byId, settings.smoothing);
  }, [configurations, series, settings.smoothing, banded]);
  const without = series?.filter(({ curves }) => curves.length === 0).length ?? 0;
  // Experiments may be drawn along columns of their own.
  const xs = [...new Set(series?.flatMap(({ curves, x }) => (curves.length > 0 ? [xLabel(x)] : [])))];
  return (
    <div class="charts one">
      <Chart
        title={metric.name}
        unit={metric.unit}
        description={metric.description}
        lines={lines}
        xLabel={xs.join(' / ') || xLabel(settings.x ?? metric.x)}
        logX={settings.logX}
        logY={settings.logY}
        range={range}
        busy={state.busy}
      >
        {banded && lines.some(({ band }) => band) && (
          <p class="caption">Lines are means over seeds, bands a standard deviation to either side.</p>
        )}
        {without > 0 && (
          <p class="caption">
            {without} of these runs logged no {metric.name}.
          </p>
        )}
        <Problem error={state.error} />
      </Chart>
    </div>
  );
}
