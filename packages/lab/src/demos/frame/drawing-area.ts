import type { TargetedEvent, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useState } from 'preact/hooks';

/** A place in a drawing, in its own units. */
export type Place = readonly [x: number, y: number];

/** A drawing that is drawn in, by pointer and by keys. */
export interface DrawingAreaProps {
  /** Its upper left and its lower right corner. */
  readonly corners: readonly [Place, Place];
  /** What an arrow key moves the cursor by. */
  readonly stride: number;
  /** Something was pressed at a place: the pointer, space or enter. */
  readonly onPress: (place: Place) => void;
  /** The pointer was let go. */
  readonly onRelease?: (place: Place) => void;
  readonly onEscape?: () => void;
}

type PointerEvent = TargetedPointerEvent<SVGSVGElement>;

/** Steps of arrow keys, on the screen. */
const STEPS: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The place at shares of a drawing's width and height, from its upper left. */
export const placeAt = ([from, to]: DrawingAreaProps['corners'], [x, y]: Place): Place => [
  from[0] + x * (to[0] - from[0]),
  from[1] + y * (to[1] - from[1]),
];

/** Where an arrow key moves a cursor to, within the drawing; undefined for other keys. */
export function stepped(
  corners: DrawingAreaProps['corners'],
  stride: number,
  at: Place,
  key: string,
): Place | undefined {
  const step = STEPS[key];
  if (!step) return undefined;
  const [from, to] = corners;
  const along = (axis: 0 | 1): number => {
    const moved = at[axis] + stride * step[axis] * Math.sign(to[axis] - from[axis]);
    const [low, high] = [Math.min(from[axis], to[axis]), Math.max(from[axis], to[axis])];
    // Strides such as 0.05 leave a rest in binary.
    return Number(Math.min(high, Math.max(low, moved)).toPrecision(12));
  };
  return [along(0), along(1)];
}

/** The cursor that keys move, once they are used, and the attributes that make an SVG the drawing. */
export function useDrawingArea({ corners, stride, onPress, onRelease, onEscape }: DrawingAreaProps) {
  const [cursor, setCursor] = useState<Place>();
  const middle = placeAt(corners, [0.5, 0.5]);
  const placeOf = ({ currentTarget, clientX, clientY }: PointerEvent): Place => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return placeAt(corners, [(clientX - left) / width, (clientY - top) / height]);
  };
  const area = {
    tabIndex: 0,
    role: 'application' as const,
    'aria-roledescription': 'drawing area',
    style: { cursor: 'crosshair', touchAction: 'manipulation' },
    onPointerDown(event: PointerEvent) {
      setCursor(undefined);
      onPress(placeOf(event));
    },
    onPointerUp: (event: PointerEvent) => onRelease?.(placeOf(event)),
    onKeyDown(event: TargetedKeyboardEvent<SVGSVGElement>) {
      const at = cursor ?? middle;
      const next = stepped(corners, stride, at, event.key);
      if (next) setCursor(next);
      else if (event.key === ' ' || event.key === 'Enter') onPress(at);
      else if (event.key === 'Escape' && onEscape) onEscape();
      else return;
      event.preventDefault();
    },
    onFocus: (event: TargetedEvent<SVGSVGElement>) =>
      event.currentTarget.matches(':focus-visible') && setCursor(middle),
    onBlur: () => setCursor(undefined),
  };
  return { cursor, area };
}
