import { Pixels, type Place, useDrawingArea } from '../frame.tsx';
import { edgeInSquare, type HalfPlane, insideSquare } from './half-plane.ts';
import { MOST_POINTS, type Point, pointAt } from './points.ts';
import { FIELD } from './tasks.ts';

/** How near to a point counts as on it. */
const REACH = 0.06;
/** What an arrow key moves the cursor by. */
const STRIDE = 0.05;
/** The upper left and the lower right of the plane. */
const CORNERS: readonly [Place, Place] = [
  [-1, 1],
  [1, -1],
];

export interface PlaneProps {
  readonly title: string;
  readonly caption: string;
  readonly points: readonly Point[];
  readonly wrong: readonly boolean[] | undefined;
  readonly field: Float32Array | undefined;
  readonly gates?: readonly HalfPlane[];
  /** A gate whose half-plane is shown, counted from 1; 0: the lines of all. */
  readonly gate?: number;
  /** Makes the plane one to draw in: is given all points after a change. */
  readonly onDraw?: (points: readonly Point[]) => void;
  readonly label?: 1 | -1;
}

/** A function over the square as colours, the points, and lines of gates. */
export function Plane({ title, caption, points, wrong, field, gates = [], gate = 0, onDraw, label = 1 }: PlaneProps) {
  const { cursor, area } = useDrawingArea({
    corners: CORNERS,
    stride: STRIDE,
    onPress: ([x, y]) => onDraw?.(afterTouch(points, pointAt(x, y, label))),
  });
  const said = `${title}: ${points.length} points.${onDraw ? ' Arrow keys move a cursor, space adds a point or takes one away.' : ''}`;
  return (
    <figure>
      <h3>{title}</h3>
      <div style={{ position: 'relative', aspectRatio: '1', maxWidth: '26rem' }}>
        {field && (
          <Pixels label={`${title}: the learnt function`} rows={FIELD} cols={FIELD} values={field} strength={0.6} />
        )}
        <svg
          viewBox="-1 -1 2 2"
          role="img"
          aria-label={said}
          {...(onDraw && area)}
          style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', ...(onDraw && area.style) }}
        >
          <g transform="scale(1 -1)">
            <Gates gates={gates} gate={gate} />
            {points.map((point, i) => (
              <Mark key={`${point.x} ${point.y}`} point={point} isWrong={wrong?.[i] ?? false} />
            ))}
            {cursor && <path d={cross(cursor)} style={{ stroke: 'var(--ink)', strokeWidth: 0.015 }} />}
          </g>
        </svg>
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

const cross = ([x, y]: Place): string => `M${x - 0.06} ${y}h.12M${x} ${y - 0.06}v.12`;

/** A touch on a point takes it away, elsewhere it adds one. */
function afterTouch(points: readonly Point[], touched: Point): readonly Point[] {
  const left = points.filter(({ x, y }) => Math.hypot(x - touched.x, y - touched.y) > REACH);
  return left.length < points.length || points.length >= MOST_POINTS ? left : [...points, touched];
}

function Gates({ gates, gate }: { readonly gates: readonly HalfPlane[]; readonly gate: number }) {
  const chosen = gates[gate - 1];
  return (
    <g style={{ stroke: 'var(--ink)', strokeWidth: 0.006 }}>
      {chosen && (
        <polygon
          points={insideSquare(chosen)
            .map((place) => place.join())
            .join(' ')}
          style={{ fill: 'var(--ink)', fillOpacity: 0.18, stroke: 'none' }}
        />
      )}
      {gates.map((each, j) => {
        const edge = edgeInSquare(each);
        if (!edge) return null;
        const [[x1, y1], [x2, y2]] = edge;
        return (
          <line
            key={each.join()}
            {...{ x1, y1, x2, y2 }}
            style={{ opacity: !chosen ? 0.5 : gate === j + 1 ? 1 : 0.12 }}
          />
        );
      })}
    </g>
  );
}

/** Discs are +1 and squares −1; a ring is around those whose sign is wrong. */
function Mark({ point: { x, y, label }, isWrong }: { readonly point: Point; readonly isWrong: boolean }) {
  const style = {
    fill: `var(--series-${label === 1 ? 1 : 2})`,
    stroke: 'var(--ground)',
    strokeWidth: 0.012,
  };
  return (
    <g>
      {label === 1 ? (
        <circle cx={x} cy={y} r={0.035} style={style} />
      ) : (
        <rect x={x - 0.033} y={y - 0.033} width={0.066} height={0.066} style={style} />
      )}
      {isWrong && <circle cx={x} cy={y} r={0.07} style={{ fill: 'none', stroke: 'var(--ink)', strokeWidth: 0.018 }} />}
    </g>
  );
}
