import { useMemo } from 'preact/hooks';
import type { Curve, Series } from '../../api.ts';
import { api } from '../api-client.ts';
import { route } from '../router.ts';
import { type Resource, useResource } from '../ui/use-resource.ts';
import { withDetail } from './detail.ts';
import { readRange } from './range-values.ts';

/** Points that charts ask for: of the whole, and of a part that is zoomed in on. */
const POINTS = { whole: 60_000, part: 120_000 } as const;
const share = (all: number, runs: number, most: number) => Math.max(60, Math.min(most, Math.floor(all / runs)));

export interface SeriesState {
  readonly series: readonly Series[] | undefined;
  readonly error: Error | undefined;
  readonly busy: boolean;
  readonly whole: Resource<readonly Series[]>;
}

/** Curves of a metric of one run or many, with all points between the limits that the address has. */
export function useSeries(ids: readonly string[], metric: string, x: string | undefined): SeriesState {
  const { from, to } = route.value.query;
  const range = readRange(from, to);
  const about = `${ids.join()} ${metric} ${x ?? ''}`;
  const whole = useResource(about, (signal) =>
    ask(ids, { metric, ...(x && { x }), points: share(POINTS.whole, ids.length, 1000) }, signal),
  );
  const air = range ? (range[1] - range[0]) / 2 : 0;
  const [low, high] = range ? [range[0] - air, range[1] + air] : [0, 0];
  const part = useResource(range && `${about} ${low} ${high}`, async (signal) => ({
    range: [low, high] as const,
    about,
    series: await ask(
      ids,
      { metric, ...(x && { x }), points: share(POINTS.part, ids.length, 20_000), from: low, to: high },
      signal,
    ),
  }));
  const detail = range && part.data?.about === about ? part.data : undefined;
  const series = useMemo(() => {
    if (!whole.data || !detail) return whole.data;
    return whole.data.map((each, i): Series => {
      const curves: readonly Curve[] = detail.series[i]?.curves ?? [];
      return { ...each, curves: withDetail(each.curves, curves, detail.range[0], detail.range[1]) };
    });
  }, [whole.data, detail]);
  return { series, error: whole.error ?? part.error, busy: whole.busy || part.busy, whole };
}

async function ask(
  ids: readonly string[],
  query: Parameters<typeof api.series>[1],
  signal: AbortSignal,
): Promise<readonly Series[]> {
  if (ids.length === 1) return [await api.series(ids[0]!, query, signal)];
  return (await api.manySeries(ids, query, signal)).series;
}
