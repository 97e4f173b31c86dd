import { numberIn } from '@unbraid/experiment/statistics';
import type { Curve, MetricInfo, Scalar, Series } from '../../api.ts';
import { keyId } from '../chart/line.ts';

type LogLine = Readonly<Record<string, Scalar>>;

/**
 * The series with the points of new lines; undefined where it has to be asked for anew: times of lines are not in them, points that
 * go back can't be put at an end, curves grow beyond what is worth keeping, and lines may be missing. Lines that it has already are left aside.
 */
export function appendLines(
  series: Series,
  info: Pick<MetricInfo, 'by'>,
  first: number,
  lines: readonly LogLine[],
  limit = 4000,
): Series | undefined {
  // A gap: lines between were not heard.
  if (series.x === 'seconds' || first > series.lines) return undefined;
  const grown = new Map<
    string,
    { key: Curve['key']; x: number[]; y: Curve['y'][number][]; total: number; sampled: boolean }
  >();
  const known = new Map(series.curves.map((curve) => [keyId(curve.key), curve]));
  for (let i = Math.max(0, series.lines - first); i < lines.length; i++) {
    const line = lines[i]!;
    const value = numberIn(line[series.metric]);
    const x = series.x === 'line' ? first + i : numberIn(line[series.x]);
    if (value === undefined || x === undefined || !Number.isFinite(x)) continue;
    const key = Object.fromEntries(info.by.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]]])));
    const id = keyId(key);
    let curve = grown.get(id);
    if (!curve) {
      const old = known.get(id);
      curve = {
        key,
        x: [...(old?.x ?? [])],
        y: [...(old?.y ?? [])],
        total: old?.total ?? 0,
        sampled: old?.sampled ?? false,
      };
      grown.set(id, curve);
    }
    if (curve.x.length >= limit || x < (curve.x.at(-1) ?? x)) return undefined;
    curve.x.push(x);
    curve.y.push(Number.isNaN(value) ? null : Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity');
    curve.total++;
  }
  const end = Math.max(series.lines, first + lines.length);
  if (grown.size === 0) return end === series.lines ? series : { ...series, lines: end };
  const curves = series.curves.map((curve) => grown.get(keyId(curve.key)) ?? curve);
  const fresh = [...grown].flatMap(([id, curve]) => (known.has(id) ? [] : [curve]));
  // The server shows 200 at most; whoever is left out is counted there.
  if (series.leftOut > 0 && fresh.length > 0) return undefined;
  return { ...series, curves: [...curves, ...fresh], lines: end };
}
