import type { Curve, Series } from '../../api.ts';
import { keyId, keyLabel, type Line, valuesOf } from '../chart/line.ts';
import { meanBand } from '../chart/mean-band.ts';
import { lineOf } from '../chart/series-lines.ts';
import { smooth } from '../chart/smooth.ts';
import { type Configuration, runLabels } from './configurations.ts';

/** A line for each curve of each run. */
export function runLines(
  configurations: readonly Configuration[],
  series: ReadonlyMap<string, Series>,
  smoothing: number,
): Line[] {
  const labels = runLabels(configurations);
  let look = 0;
  return configurations.flatMap(({ rows }) =>
    rows.flatMap(({ id }) =>
      (series.get(id)?.curves ?? []).map((curve) => {
        const label = [labels.get(id), keyLabel(curve.key)].filter(Boolean).join(', ');
        return lineOf(curve, `${id} ${keyId(curve.key)}`, label, look++, smoothing);
      }),
    ),
  );
}

/** A line for each curve of each configuration: the mean over its runs, with a band of a standard deviation where there are several. */
export function bandLines(
  configurations: readonly Configuration[],
  series: ReadonlyMap<string, Series>,
  smoothing: number,
): Line[] {
  let look = 0;
  return configurations.flatMap(({ key, label, rows }) => {
    const byKey = new Map<string, Curve[]>();
    for (const { id } of rows)
      for (const curve of series.get(id)?.curves ?? [])
        byKey.set(keyId(curve.key), [...(byKey.get(keyId(curve.key)) ?? []), curve]);
    return [...byKey].map(([id, curves]): Line => {
      const curveName = keyLabel(curves[0]!.key);
      // One configuration needs no name.
      const own = [curveName === '' || configurations.length > 1 ? label : '', curveName].filter(Boolean).join(', ');
      if (curves.length === 1) return lineOf(curves[0]!, `${key} ${id}`, own, look++, smoothing);
      const band = meanBand(curves.map((curve) => ({ x: curve.x, y: smooth(valuesOf(curve), smoothing) })));
      return {
        id: `${key} ${id}`,
        label: `${own} (n = ${curves.length})`,
        look: look++,
        x: band.x,
        y: band.mean,
        band: { low: band.low, high: band.high },
        total: curves.reduce((sum, { total }) => sum + total, 0),
        sampled: curves.some(({ sampled }) => sampled),
      };
    });
  });
}
