import type { MetricInfo, RunRow } from '../../api.ts';
import { api } from '../api-client.ts';
import { useResource } from '../ui/use-resource.ts';

/** Runs that are asked for their metrics: one of each experiment, of these many experiments. */
const ASKED = 8;

/** Metrics of the runs that are compared, those first that most experiments have. */
export function useCommonMetrics(rows: readonly RunRow[]): readonly MetricInfo[] {
  const firsts = [...new Map(rows.map((row) => [row.experiment, row.id])).values()].slice(0, ASKED);
  const details = useResource(firsts.join(), (signal) => Promise.all(firsts.map((id) => api.run(id, signal))));
  const found = new Map<string, { readonly metric: MetricInfo; count: number }>();
  for (const { metrics } of details.data ?? [])
    for (const metric of metrics) {
      const known = found.get(metric.name);
      if (known) known.count++;
      else found.set(metric.name, { metric, count: 1 });
    }
  return [...found.values()].sort((a, b) => b.count - a.count).map(({ metric }) => metric);
}
