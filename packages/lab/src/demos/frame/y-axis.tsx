import type { Scale } from './scale.ts';
import { show } from './show.ts';

/** Numbers of an upright axis, each with a line across. */
export function YAxis(props: {
  readonly scale: Scale;
  /** Where the lines begin and end. */
  readonly from: number;
  readonly to: number;
  /** What is written at a tick; by default its number. */
  readonly write?: (tick: number) => string;
}) {
  const { scale, from, to, write = show } = props;
  return (
    <>
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={from} x2={to} y1={scale.place(tick)} y2={scale.place(tick)} />
          <text class="quiet" x={from - 6} y={scale.place(tick) + 4} text-anchor="end">
            {write(tick)}
          </text>
        </g>
      ))}
    </>
  );
}
