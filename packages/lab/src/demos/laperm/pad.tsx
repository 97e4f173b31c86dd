import type { TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { Strokes } from './strokes.ts';

/** A square to draw a digit in. By keyboard digits of the test set are chosen instead. */
export function Pad({
  strokes,
  setStrokes,
}: {
  readonly strokes: Strokes;
  readonly setStrokes: (all: Strokes) => void;
}) {
  const drawing = useRef(false);
  const placeOf = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height] as const;
  };
  const begin = (event: TargetedPointerEvent<SVGSVGElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = true;
    setStrokes([...strokes, [placeOf(event)]]);
  };
  const go = (event: TargetedPointerEvent<SVGSVGElement>) => {
    if (drawing.current) setStrokes([...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), placeOf(event)]]);
  };
  const end = () => {
    drawing.current = false;
  };
  return (
    <svg
      viewBox="0 0 1 1"
      role="img"
      aria-label="A pad to draw a digit on by mouse, pen or finger; by keyboard choose a test image instead"
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={end}
      style={{
        width: '100%',
        maxWidth: '11rem',
        aspectRatio: '1',
        border: '1px solid var(--quiet)',
        cursor: 'crosshair',
        touchAction: 'none',
      }}
    >
      {strokes.map((stroke, i) => (
        <polyline
          key={i}
          points={stroke.map((place) => place.join()).join(' ')}
          style={{
            fill: 'none',
            stroke: 'var(--ink)',
            strokeWidth: 0.1,
            strokeLinecap: 'round',
            strokeLinejoin: 'round',
          }}
        />
      ))}
    </svg>
  );
}
