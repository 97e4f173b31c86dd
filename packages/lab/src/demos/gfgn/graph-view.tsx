import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import { type Place, useDrawingArea } from '../frame.tsx';
import type { Drawing } from './drawing.ts';
import type { Picture } from './model.ts';

/** What a click does: adds a node of a class, or takes an end of an edge. */
export type Tool = 0 | 1 | 'edge';

/** Units of the drawing; places and the cursor are in them. */
const SIDE = 1000;
/** How near to a node counts as on it. */
const REACH = 30;
/** What an arrow key moves the cursor by. */
const STRIDE = 25;

/** The upper left and the lower right of the drawing. */
const CORNERS: readonly [Place, Place] = [
  [0, 0],
  [SIDE, SIDE],
];

/** The graph, which can be drawn in. */
export function GraphView(props: {
  readonly picture: Picture;
  readonly drawing: Drawing;
  /** Nodes that the graph has itself. */
  readonly own: number;
  readonly tool: Tool;
  readonly onDraw: (drawing: Drawing) => void;
}) {
  const { picture, drawing, own, tool, onDraw } = props;
  const [from, setFrom] = useState<number>();
  const { places, labels } = picture;
  const nodeAt = ([x, y]: Place): number | undefined => {
    let [found, least] = [-1, REACH];
    for (let i = 0; i < labels.length; i++) {
      const distance = Math.hypot(places[2 * i]! * SIDE - x, places[2 * i + 1]! * SIDE - y);
      if (distance < least) [found, least] = [i, distance];
    }
    return found < 0 ? undefined : found;
  };
  const connect = (to: number) => {
    setFrom(undefined);
    if (from !== undefined && from !== to) onDraw({ ...drawing, edges: [...drawing.edges, [from, to]] });
  };
  const begin = (place: Place) => {
    const node = nodeAt(place);
    if (node !== undefined) return from === undefined ? setFrom(node) : connect(node);
    setFrom(undefined);
    if (tool === 'edge') return;
    const [x, y] = place.map((at) => Math.min(999, Math.max(0, Math.round(at)))) as [number, number];
    onDraw({ ...drawing, nodes: [...drawing.nodes, { x, y, label: tool }] });
  };
  const counts = `${labels.length} nodes, ${picture.edges.length / 2} edges, ${picture.noise.length / 2} random edges`;
  const { cursor, area } = useDrawingArea({
    corners: CORNERS,
    stride: STRIDE,
    onPress: begin,
    onRelease(place) {
      const node = nodeAt(place);
      // A drag from one node to another; a click leaves the first end chosen.
      if (from !== undefined && node !== undefined && node !== from) connect(node);
    },
    onEscape: () => setFrom(undefined),
  });
  return (
    <figure>
      <h3>The graph</h3>
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        class="chart"
        aria-label={`The graph: ${counts}. Arrow keys move a cursor; space adds a node, or takes the ends of an edge, one after the other.`}
        {...area}
        style={{ ...area.style, border: '1px solid var(--line)', background: 'var(--ground)' }}
      >
        <Still picture={picture} own={own} />
        {from !== undefined && (
          <circle cx={places[2 * from]! * SIDE} cy={places[2 * from + 1]! * SIDE} r="26" style={ringStyle} />
        )}
        {cursor && (
          <path d={`M${cursor[0] - 24} ${cursor[1]}h48M${cursor[0]} ${cursor[1] - 24}v48`} style={ringStyle} />
        )}
      </svg>
      <figcaption>
        {counts}. {drawing.nodes.length + drawing.edges.length > 0 && 'What was drawn by hand is thick. '}
        {from === undefined
          ? 'Click one node and then another, or drag, to connect them.'
          : 'Now the other end of the edge.'}
      </figcaption>
    </figure>
  );
}

const ringStyle = { fill: 'none', stroke: 'var(--ink)', strokeWidth: 5 };

/** What stays while the cursor moves. */
const Still = memo(function Still({ picture, own }: { readonly picture: Picture; readonly own: number }) {
  const { places, labels, edges, noise } = picture;
  const isByHand = (end: number) => end >= own;
  const lines = (ends: Int32Array, thick: boolean | undefined) => {
    let path = '';
    for (let e = 0; e < ends.length; e += 2) {
      const [a, b] = [ends[e]!, ends[e + 1]!];
      if (thick !== undefined && (isByHand(a) || isByHand(b)) !== thick) continue;
      path += `M${(places[2 * a]! * SIDE).toFixed(1)} ${(places[2 * a + 1]! * SIDE).toFixed(1)}L${(places[2 * b]! * SIDE).toFixed(1)} ${(places[2 * b + 1]! * SIDE).toFixed(1)}`;
    }
    return path;
  };
  return (
    <g>
      <path
        d={lines(noise, undefined)}
        style={{ fill: 'none', stroke: 'var(--series-2)', strokeWidth: 1.2, strokeDasharray: '9 6', opacity: 0.55 }}
      />
      <path d={lines(edges, false)} style={{ fill: 'none', stroke: 'var(--quiet)', strokeWidth: 1.6, opacity: 0.55 }} />
      <path d={lines(edges, true)} style={{ fill: 'none', stroke: 'var(--ink)', strokeWidth: 4 }} />
      {Array.from(labels, (label, i) => {
        const [x, y] = [places[2 * i]! * SIDE, places[2 * i + 1]! * SIDE];
        const style = {
          fill: label === 0 ? 'var(--series-1)' : 'var(--series-3)',
          stroke: i >= own ? 'var(--ink)' : 'var(--ground)',
          strokeWidth: i >= own ? 4 : 2,
        };
        return label === 0 ? (
          <circle key={i} cx={x} cy={y} r="12" style={style} />
        ) : (
          <rect key={i} x={x - 11} y={y - 11} width="22" height="22" style={style} />
        );
      })}
    </g>
  );
});
