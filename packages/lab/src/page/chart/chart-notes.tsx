import { useMemo } from 'preact/hooks';
import type { Line } from './line.ts';
import { notesOf } from './notes.ts';

/** What a chart doesn't show, said below it. */
export function ChartNotes({ lines, logX, logY }: { lines: readonly Line[]; logX: boolean; logY: boolean }) {
  const notes = useMemo(() => notesOf(lines, logX, logY), [lines, logX, logY]);
  return notes.length > 0 ? <p class="caption">{notes.join(' ')}</p> : null;
}
