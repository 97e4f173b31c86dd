import type { Signal } from '@preact/signals';
import { isDark } from '../theme.ts';
import { formatNumber } from '../values/format.ts';
import type { Cursor } from './cursor.ts';
import type { Line } from './line.ts';
import { lookOf } from './look.ts';

interface LegendProps {
  readonly lines: readonly Line[];
  readonly hidden: Signal<ReadonlySet<string>>;
  readonly cursor: Signal<Cursor | undefined>;
  readonly xLabel: string;
  readonly readLine: (line: Line, x: number) => { readonly x: number; readonly y: number } | undefined;
}

/** Curves that are named: each name is drawn anew as the cursor moves. */
const NAMED = 40;

/** Names of the lines, with their values where the cursor is, or else their last; a click hides one. */
export function Legend({ lines, hidden, cursor, xLabel, readLine }: LegendProps) {
  const at = cursor.value;
  const active = lines.find(({ id }) => id === at?.line);
  const point = active && at && readLine(active, at.x);
  const spoken = point ? `${xLabel} ${formatNumber(point.x, 6)}, ${active.label}: ${formatNumber(point.y, 5)}` : '';
  const first = lines.slice(0, NAMED);
  const named = active && !first.includes(active) ? [...first, active] : first;
  const toggle = (id: string) => {
    const next = new Set(hidden.peek());
    if (!next.delete(id)) next.add(id);
    hidden.value = next;
  };
  return (
    <div class="legend">
      <p class="readout number" aria-hidden="true">
        {spoken || (lines.length === 0 ? 'No points yet' : 'Last values')}
      </p>
      <p class="hidden" aria-live="polite">
        {at?.byKey ? spoken : ''}
      </p>
      <ul>
        {named.map((line) => {
          const value = at ? readLine(line, at.x) : { y: line.y.at(-1) ?? Number.NaN };
          return (
            <li key={line.id} class={line.id === at?.line ? 'active' : undefined}>
              <button
                type="button"
                class="plain"
                aria-pressed={!hidden.value.has(line.id)}
                title={lines.length > 1 ? `${line.label}: show or hide` : undefined}
                onClick={() => toggle(line.id)}
              >
                <Swatch look={line.look} single={lines.length === 1} />
                <span class="name">{line.label}</span>
                <span class="number">{value ? formatNumber(value.y, 5) : ''}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {lines.length > NAMED && (
        <p class="caption">
          The first {NAMED} of {lines.length} curves are named, and the one at the cursor.
        </p>
      )}
    </div>
  );
}

/** A piece of a line as the chart draws it. */
export function Swatch({ look, single }: { readonly look: number; readonly single?: boolean }) {
  const { colour, dash } = lookOf(look, isDark.value);
  return (
    <svg class="swatch" width="28" height="8" aria-hidden="true">
      <line
        x1="0"
        x2="28"
        y1="4"
        y2="4"
        stroke={colour}
        stroke-width="2"
        stroke-dasharray={single ? '' : dash.join(' ')}
      />
    </svg>
  );
}
