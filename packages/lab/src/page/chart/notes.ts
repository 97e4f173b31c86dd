import { plural } from '../values/format.ts';
import { undrawnOf } from './extent.ts';
import type { Line } from './line.ts';

/** Sentences on what a chart of these lines doesn't show. */
export function notesOf(lines: readonly Line[], logX: boolean, logY: boolean): string[] {
  const { nan, infinite, notPositive } = undrawnOf(lines, logY, logX);
  const sampled = lines.filter((line) => line.sampled);
  const count = (own: readonly Line[]) => own.reduce((sum, { x }) => sum + x.length, 0).toLocaleString('en-US');
  const total = sampled.reduce((sum, line) => sum + line.total, 0).toLocaleString('en-US');
  return [
    ...(sampled.length > 0 ? [`Sampled: ${count(sampled)} of ${total} points; zoom in to see all.`] : []),
    ...(nan > 0 ? [`✕ ${plural(nan, 'value')} NaN.`] : []),
    ...(infinite > 0 ? [`▲▼ ${plural(infinite, 'value')} infinite.`] : []),
    ...(notPositive > 0
      ? [`${plural(notPositive, 'point')} with a value ≤ 0, which a logarithmic axis can’t show.`]
      : []),
  ];
}
