import { useId } from 'preact/hooks';
import { scaleOf } from './scale.ts';
import { show } from './show.ts';
import { YAxis } from './y-axis.tsx';

/** A curve; numbers that aren't finite, and on a logarithmic axis those that aren't positive, break it. */
export interface Curve {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** 1 to 6: which of the series' colours. */
  readonly series: number;
  /** `4 3`; colour is never alone in telling curves apart. */
  readonly dash?: string;
  readonly points?: boolean;
  /** Points without a line. */
  readonly pointsOnly?: boolean;
}

export interface LineChartProps {
  readonly title: string;
  readonly caption?: string;
  readonly curves: readonly Curve[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** By default what the curves need. */
  readonly xDomain?: readonly [number, number];
  readonly yDomain?: readonly [number, number];
  /** In units of which the width is 360; the chart is as wide as it may be. */
  readonly height?: number;
  /** A line across at this x. */
  readonly mark?: { readonly x: number; readonly label: string };
}

const WIDTH = 360;
const MARGIN = { top: 24, right: 12, bottom: 38, left: 50 };

export function LineChart(props: LineChartProps) {
  const { title, caption, curves, xLabel, yLabel, logX = false, logY = false, height = 220, mark } = props;
  const id = useId();
  const usable = curves.map((curve) => usablePoints(curve, logX, logY));
  const domain = (given: readonly [number, number] | undefined, axis: 0 | 1, log: boolean) =>
    given ??
    extent(
      usable.flat().map((point) => point[axis]),
      log,
    );
  const x = scaleOf(domain(props.xDomain, 0, logX), [MARGIN.left, WIDTH - MARGIN.right], { log: logX });
  const y = scaleOf(domain(props.yDomain, 1, logY), [height - MARGIN.bottom, MARGIN.top], { log: logY, count: 4 });
  const [bottom, right] = [height - MARGIN.bottom, WIDTH - MARGIN.right];
  return (
    <figure>
      <h3 id={id}>{title}</h3>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} class="chart" role="img" aria-label={title}>
        <YAxis scale={y} from={MARGIN.left} to={right} />
        {x.ticks.map((tick) => (
          <text key={tick} class="quiet" x={x.place(tick)} y={bottom + 16} text-anchor="middle">
            {show(tick)}
          </text>
        ))}
        <path class="axis" d={`M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}`} />
        <text x={(MARGIN.left + right) / 2} y={height - 6} text-anchor="middle">
          {xLabel}
        </text>
        <text x={4} y={12}>
          {yLabel}
        </text>
        {mark && (
          <g>
            <line
              class="axis"
              stroke-dasharray="2 3"
              x1={x.place(mark.x)}
              x2={x.place(mark.x)}
              y1={MARGIN.top}
              y2={bottom}
            />
            <text x={x.place(mark.x) + 4} y={MARGIN.top + 10}>
              {mark.label}
            </text>
          </g>
        )}
        {curves.map((curve, i) => (
          <CurveOf
            key={curve.name}
            curve={curve}
            points={usable[i]!.map(([a, b]) => [x.place(a), y.place(b)] as const)}
          />
        ))}
      </svg>
      <p class="quiet">
        {curves.map((curve) => (
          <span class="key" key={curve.name}>
            <svg width="22" height="10" aria-hidden="true" focusable="false">
              {!curve.pointsOnly && (
                <path class="curve" d="M0 5H22" stroke-dasharray={curve.dash} style={strokeOf(curve)} />
              )}
              {(curve.points || curve.pointsOnly) && <circle cx="11" cy="5" r="3.5" style={fillOf(curve)} />}
            </svg>
            {curve.name}
          </span>
        ))}
      </p>
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

const strokeOf = ({ series }: Curve) => ({ stroke: `var(--series-${series})` });
const fillOf = ({ series }: Curve) => ({ fill: `var(--series-${series})` });

type Point = readonly [x: number, y: number];

function CurveOf({ curve, points }: { readonly curve: Curve; readonly points: readonly Point[] }) {
  const finite = points.filter(([, y]) => Number.isFinite(y));
  const path = points.map(([x, y], i) => {
    if (!Number.isFinite(y)) return '';
    const isStart = i === 0 || !Number.isFinite(points[i - 1]![1]);
    return `${isStart ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  return (
    <g>
      {!curve.pointsOnly && (
        <path class="curve" d={path.join('')} stroke-dasharray={curve.dash} style={strokeOf(curve)} />
      )}
      {(curve.points || curve.pointsOnly) &&
        finite.map(([x, y]) => <circle key={x} cx={x} cy={y} r="3.5" style={fillOf(curve)} />)}
    </g>
  );
}

/** The points, their y NaN where the curve is broken. */
function usablePoints({ x, y }: Curve, logX: boolean, logY: boolean): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || (logX && !(x[i]! > 0))) continue;
    points.push([x[i]!, Number.isFinite(y[i]) && (!logY || y[i]! > 0) ? y[i]! : Number.NaN]);
  }
  return points;
}

function extent(values: readonly number[], log: boolean): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return log ? [0.1, 1] : [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (low < high) return [low, high];
  return log ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}
