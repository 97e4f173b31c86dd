import { scaleOf, YAxis } from '../frame.tsx';
import { drawnGraph } from './model-settings.ts';

const [WIDTH, HEIGHT] = [360, 220];
const MARGIN = { top: 10, right: 10, bottom: 52, left: 50 };

/** Learnt smoothing of each dimension beside its homophily, both from 0 to 1. */
export function Scores({
  scores,
  homophily,
}: {
  readonly scores: ArrayLike<number>;
  readonly homophily: ArrayLike<number>;
}) {
  const count = homophily.length;
  const y = scaleOf([0, 1], [HEIGHT - MARGIN.bottom, MARGIN.top], { count: 4 });
  const slot = (WIDTH - MARGIN.left - MARGIN.right) / Math.max(1, count);
  const width = Math.min(18, slot / 2.6);
  const bottom = HEIGHT - MARGIN.bottom;
  return (
    <figure>
      <h3>Learnt smoothing by dimension</h3>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        class="chart"
        role="img"
        aria-label="Learnt smoothing and homophily of each feature dimension"
      >
        <YAxis scale={y} from={MARGIN.left} to={WIDTH - MARGIN.right} />
        {Array.from({ length: count }, (_, d) => {
          const middle = MARGIN.left + (d + 0.5) * slot;
          return (
            <g key={d}>
              <rect
                x={middle - width}
                y={y.place(homophily[d]!)}
                width={width}
                height={bottom - y.place(homophily[d]!)}
                style={{ fill: 'none', stroke: 'var(--series-2)', strokeWidth: 2 }}
              />
              {scores.length > 0 && (
                <rect
                  x={middle + 2}
                  y={y.place(scores[d]!)}
                  width={width}
                  height={bottom - y.place(scores[d]!)}
                  style={{ fill: 'var(--series-1)' }}
                />
              )}
              <text class="quiet" x={middle} y={bottom + 16} text-anchor="middle">
                {d + 1}
              </text>
            </g>
          );
        })}
        <path class="axis" d={`M${MARGIN.left} ${MARGIN.top}V${bottom}H${WIDTH - MARGIN.right}`} />
        <text x={(MARGIN.left + WIDTH - MARGIN.right) / 2} y={HEIGHT - 16} text-anchor="middle">
          feature dimension
        </text>
      </svg>
      <p class="quiet">
        <span class="key">
          <svg width="14" height="14" aria-hidden="true" focusable="false">
            <rect
              x="2"
              y="2"
              width="10"
              height="10"
              style={{ fill: 'none', stroke: 'var(--series-2)', strokeWidth: 2 }}
            />
          </svg>
          homophily: edges between nodes of one value
        </span>
        <span class="key">
          <svg width="14" height="14" aria-hidden="true" focusable="false">
            <rect x="2" y="2" width="10" height="10" style={{ fill: 'var(--series-1)' }} />
          </svg>
          score that GFGN learnt
        </span>
      </p>
      <figcaption>
        1 smooths a dimension as a GCN does, 0 leaves it as it is. {drawnGraph.dimensions} dimensions belong to each
        attribute of the nodes; by chance half of the edges join nodes of one value.
      </figcaption>
    </figure>
  );
}
