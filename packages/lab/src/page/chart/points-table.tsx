import { useMemo } from 'preact/hooks';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { formatNumber } from '../values/format.ts';
import type { Extent } from './extent.ts';
import type { Line } from './line.ts';

interface Point {
  readonly line: number;
  readonly x: number;
  readonly y: number;
}

/** The points of a chart as a table: a row for each point of each line within the limits. */
export function PointsTable(props: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly xLabel: string;
  readonly range: Extent | undefined;
}) {
  const { lines, range, xLabel, title } = props;
  const points = useMemo(() => pointsOf(lines, range), [lines, range]);
  return (
    <VirtualTable
      label={`Points of ${title}`}
      columns={[
        { key: 'line', label: 'Curve', width: 160 },
        { key: 'x', label: xLabel, width: 120, numeric: true },
        { key: 'y', label: title, width: 140, numeric: true },
      ]}
      count={points.length}
      height={320}
      row={(i) => {
        const { line, x, y } = points[i]!;
        return { key: i, cells: [lines[line]!.label || title, formatNumber(x, 8), formatNumber(y, 8)] };
      }}
    />
  );
}

function pointsOf(lines: readonly Line[], range: Extent | undefined): Point[] {
  return lines.flatMap(({ x, y, raw }, line) =>
    x.flatMap((at, i) => (range && (at < range[0] || at > range[1]) ? [] : [{ line, x: at, y: (raw ?? y)[i]! }])),
  );
}
