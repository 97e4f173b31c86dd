import type { Cursor } from './cursor.ts';
import type { Extent } from './extent.ts';
import { firstAtLeast, type Line, nearestPoint } from './line.ts';
import { changedRange } from './range-values.ts';

/** What keys of a chart act on. */
export interface KeyTarget {
  readonly lines: readonly Line[];
  readonly cursor: Cursor | undefined;
  /** Limits of x that are shown. */
  readonly shown: Extent;
  readonly log: boolean;
  readonly move: (cursor: Cursor | undefined) => void;
  readonly setRange: (range: Extent | undefined) => void;
}

/** Moves the cursor and the limits of a chart by keys. */
export function onChartKey(event: KeyboardEvent, target: KeyTarget): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = event.shiftKey ? shifted(event.key, target) : plain(event.key, target);
  if (!action) return;
  event.preventDefault();
  action();
}

function shifted(key: string, { shown, log, setRange }: KeyTarget): (() => void) | undefined {
  if (key === 'ArrowLeft') return () => setRange(changedRange(shown, log, 1, -0.1));
  if (key === 'ArrowRight') return () => setRange(changedRange(shown, log, 1, 0.1));
  return key === '+' ? () => setRange(changedRange(shown, log, 0.5, 0)) : undefined;
}

function plain(key: string, target: KeyTarget): (() => void) | undefined {
  const { lines, cursor, shown, log, move, setRange } = target;
  const line = lines.find(({ id }) => id === cursor?.line) ?? lines[0];
  if (key === '+' || key === '=') return () => setRange(changedRange(shown, log, 0.5, 0));
  if (key === '-') return () => setRange(changedRange(shown, log, 2, 0));
  if (key === '0') return () => setRange(undefined);
  if (key === 'Escape') return cursor ? () => move(undefined) : undefined;
  if (!line || line.x.length === 0) return undefined;
  const to = (i: number, on = line) =>
    move({ x: on.x[Math.max(0, Math.min(on.x.length - 1, i))]!, line: on.id, byKey: true });
  const now = cursor ? nearestPoint(line.x, cursor.x) : undefined;
  const other = (step: number) => {
    const next = lines[(lines.indexOf(line) + step + lines.length) % lines.length]!;
    to(nearestPoint(next.x, cursor?.x ?? shown[0]), next);
  };
  switch (key) {
    case 'ArrowLeft':
      return () => to(now === undefined ? firstAtLeast(line.x, shown[1]) - 1 : now - 1);
    case 'ArrowRight':
      return () => to(now === undefined ? firstAtLeast(line.x, shown[0]) : now + 1);
    case 'Home':
      return () => to(firstAtLeast(line.x, shown[0]));
    case 'End':
      return () => to(firstAtLeast(line.x, shown[1]) - 1);
    case 'ArrowUp':
      return () => other(-1);
    case 'ArrowDown':
      return () => other(1);
    default:
      return undefined;
  }
}
