import { formatNumber, plural } from '../values/format.ts';
import type { Line } from './line.ts';

/** What a chart shows, in a sentence for those who don't see it. */
export function describeChart(title: string, unit: string | undefined, xLabel: string, lines: readonly Line[]): string {
  const what = `${title}${unit ? ` in ${unit}` : ''} against ${xLabel}`;
  if (lines.length === 0) return `${what}: no points`;
  const ends = lines
    .slice(0, 3)
    .map(({ label, y }) => `${label || title} ends at ${formatNumber(y.at(-1) ?? Number.NaN)}`);
  const more = lines.length > 3 ? ` and ${plural(lines.length - 3, 'more curve')}` : '';
  return `${what}, ${plural(lines.length, 'curve')}: ${ends.join('; ')}${more}`;
}
