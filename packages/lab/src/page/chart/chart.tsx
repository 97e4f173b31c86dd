import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import { isDark } from '../theme.ts';
import { ChartNotes } from './chart-notes.tsx';
import type { Cursor } from './cursor.ts';
import { describeChart } from './describe.ts';
import { type Extent, extentOfX } from './extent.ts';
import { onChartKey } from './keys.ts';
import { Legend } from './legend.tsx';
import { firstAtLeast, type Line, nearestPoint } from './line.ts';
import { valueAt } from './mean-band.ts';
import { createPlot, type Plot } from './plot.ts';
import { PointsTable } from './points-table.tsx';
import { changedRange } from './range-values.ts';

export interface ChartProps {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
  readonly lines: readonly Line[];
  readonly xLabel: string;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Limits of x; the reader moves them, and all charts that share them. */
  readonly range: Signal<Extent | undefined>;
  /** Points are being asked for. */
  readonly busy?: boolean | undefined;
  readonly children?: ComponentChildren;
}

/** A chart of lines with its legend, what it can't show, and the same as a table. */
export function Chart(props: ChartProps) {
  const { title, unit, lines, xLabel, logX, logY, range } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const cursor = useSignal<Cursor | undefined>(undefined);
  const hidden = useSignal<ReadonlySet<string>>(new Set());
  const asTable = useSignal(false);
  const hint = useId();
  const shown = useMemo(() => lines.filter(({ id }) => !hidden.value.has(id)), [lines, hidden.value]);
  const latest = useRef(shown);
  latest.current = shown;
  const dark = isDark.value;

  const state = (at: string | undefined) => ({
    ...{ lines: latest.current, logX, logY, xLabel, isDark: dark, active: at },
    range: range.peek(),
  });
  const setRange = (next: Extent | undefined) => {
    range.value = next && clamped(next, latest.current, logX);
  };

  useEffect(() => {
    if (asTable.value || !host.current) return;
    const element = host.current;
    const own = createPlot(element, state(undefined), {
      onRange: setRange,
      onCursor: (at) => {
        cursor.value = at && { x: at.x, line: nearestLine(latest.current, at), byKey: false };
      },
    });
    plot.current = own;
    const watcher = new ResizeObserver(() => own.resize(element.clientWidth, element.clientHeight));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      own.destroy();
      plot.current = undefined;
    };
  }, [asTable.value, logX, logY, xLabel, dark]);

  useEffect(() => plot.current?.update(state(cursor.peek()?.line)), [shown]);
  const active = useComputed(() => cursor.value?.line);
  // Panning moves the picture alone, without drawing the page anew.
  useSignalEffect(() => {
    void range.value;
    plot.current?.update(state(active.value));
  });

  const onKey = (event: KeyboardEvent) =>
    onChartKey(event, {
      lines: latest.current,
      cursor: cursor.peek(),
      shown: plot.current?.shown() ?? [0, 1],
      log: logX,
      move: (next) => {
        cursor.value = next;
        plot.current?.point(next?.x);
      },
      setRange,
    });
  const change = (factor: number, shift: number) =>
    setRange(changedRange(plot.current?.shown() ?? [0, 1], logX, factor, shift));

  return (
    <figure class="chart" aria-busy={props.busy}>
      <figcaption>
        <h2>
          {title}
          {unit && <span class="quiet"> in {unit}</span>}
        </h2>
        <span class="tools">
          {!asTable.value && (
            <RangeTools range={range} change={change} reset={() => setRange(undefined)} title={title} />
          )}
          <button
            type="button"
            class="plain"
            aria-pressed={asTable.value}
            onClick={() => {
              asTable.value = !asTable.value;
            }}
          >
            Show as table
          </button>
        </span>
      </figcaption>
      {props.description && <p class="caption">{props.description}</p>}
      {asTable.value ? (
        <PointsTable title={title} lines={shown} xLabel={xLabel} range={range.value} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: it is no set of fields.
        <div
          class="canvas"
          role="group"
          aria-roledescription="chart"
          aria-label={describeChart(title, unit, xLabel, shown)}
          aria-describedby={hint}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys read the chart's values.
          tabIndex={0}
          onKeyDown={onKey}
          onBlur={() => {
            if (cursor.peek()?.byKey) cursor.value = undefined;
          }}
          ref={host}
        />
      )}
      <p id={hint} class="hidden">
        Left and right move along a curve, up and down between curves; plus and minus zoom, with shift the arrows pan, 0
        shows all.
      </p>
      <Legend lines={lines} hidden={hidden} cursor={cursor} xLabel={xLabel} readLine={lineValue} />
      <ChartNotes lines={shown} logX={logX} logY={logY} />
      {props.children}
    </figure>
  );
}

function RangeTools(props: {
  readonly range: Signal<Extent | undefined>;
  readonly change: (factor: number, shift: number) => void;
  readonly reset: () => void;
  readonly title: string;
}) {
  const { range, change, reset, title } = props;
  return (
    <>
      <button type="button" class="plain" aria-label={`Zoom in: ${title}`} onClick={() => change(0.5, 0)}>
        Zoom in
      </button>
      {range.value && (
        <>
          <button type="button" class="plain" aria-label={`Zoom out: ${title}`} onClick={() => change(2, 0)}>
            −
          </button>
          <button type="button" class="plain" aria-label={`Move left: ${title}`} onClick={() => change(1, -0.25)}>
            ←
          </button>
          <button type="button" class="plain" aria-label={`Move right: ${title}`} onClick={() => change(1, 0.25)}>
            →
          </button>
          <button type="button" class="plain" aria-label={`Show all of ${title}`} onClick={reset}>
            All
          </button>
        </>
      )}
    </>
  );
}

/** The value of a line where the cursor is: its nearest point. */
function lineValue(line: Line, x: number): { readonly x: number; readonly y: number } | undefined {
  const i = nearestPoint(line.x, x);
  return i < 0 ? undefined : { x: line.x[i]!, y: line.y[i]! };
}

function nearestLine(lines: readonly Line[], at: { readonly x: number; readonly y: number }): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const distance = Math.abs((valueAt(line, at.x) ?? Number.NaN) - at.y);
    if (distance < least) [best, least] = [line.id, distance];
  }
  return best ?? lines.find(({ x }) => firstAtLeast(x, at.x) < x.length)?.id;
}

/** Limits don't leave the data behind; those that hold all of it are none. */
function clamped([from, to]: Extent, lines: readonly Line[], log: boolean): Extent | undefined {
  const all = extentOfX(lines, log);
  if (!all) return undefined;
  if (from <= all[0] && to >= all[1]) return undefined;
  return to <= all[0] || from >= all[1] || !(from < to) ? all : [from, to];
}
