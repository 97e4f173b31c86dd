import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Code } from './frame/code.tsx';
import { Controls } from './frame/controls.tsx';
import { DataTable, type TableOf } from './frame/data-table.tsx';
import { useSurroundings } from './frame/demo.ts';
import { show } from './frame/show.ts';
import { queryOf, type Values } from './settings.ts';

export type { TableOf } from './frame/data-table.tsx';
export { defineDemo } from './frame/define-demo.tsx';
export type { Demo, ViewProps } from './frame/demo.ts';
export type { DemoWorker } from './frame/demo-worker.ts';
export { type Place, useDrawingArea } from './frame/drawing-area.ts';
export { type Curve, LineChart, type LineChartProps } from './frame/line-chart.tsx';
export { Pixels } from './frame/pixels.tsx';
export { type Scale, scaleOf } from './frame/scale.ts';
export { show } from './frame/show.ts';
export { useReducedMotion, useScheme } from './frame/surface.ts';
export { newestOf, type TaskState, useTask } from './frame/use-task.ts';
export { YAxis } from './frame/y-axis.tsx';

/** A number that the demo is about. Tests find it by `name`, in `data-result`, with all its digits in `data-value`. */
export interface Readout {
  readonly name: string;
  readonly label: string;
  /** undefined: not known yet. */
  readonly value: number | undefined;
  readonly unit?: string;
  /** How it is written; by default with three significant digits. */
  readonly show?: (value: number) => string;
}

export interface FrameProps {
  /** `busy` while something is computed; of a `useTask`, as a rule. */
  readonly status: 'idle' | 'busy' | 'done' | 'error';
  /** What is being done, in words, and how far it has come, from 0 to 1. */
  readonly doing?: string;
  readonly share?: number | undefined;
  readonly error?: string | undefined;
  readonly readouts: readonly Readout[];
  /** What the pictures show, as numbers; asked for where they are looked at. */
  readonly tables: () => readonly TableOf[];
  /** A program for Node that prints what `codePrints` names, with the settings that are shown. */
  readonly code: string;
  readonly codePrints: string;
  /** Further controls. */
  readonly controls?: ComponentChildren;
  /** The pictures. */
  readonly children: ComponentChildren;
}

/** What all demos have around their pictures. The host's `data-status` and `data-query` say what stands there now. */
export function Frame(props: FrameProps) {
  const { demo, values, host } = useSurroundings();
  const { status, readouts, tables, code, codePrints, controls, children } = props;
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    host.dataset.status = status;
    host.dataset.query = queryOf(demo.settings, values);
  });
  return (
    <article aria-labelledby="title" aria-busy={status === 'busy'}>
      <h2 id="title">{demo.title}</h2>
      <p>
        {demo.claim}{' '}
        <a href={demo.source.href} target="_blank" rel="noreferrer">
          {demo.source.label}
        </a>
      </p>
      <div class="body">
        <div class="controls">
          <Presets />
          <Controls />
          {controls}
          <Buttons asTable={asTable} setAsTable={setAsTable} />
        </div>
        <div class="pictures">
          <Status {...props} />
          <dl class="readouts">
            {readouts.map((readout) => (
              <ReadoutOf key={readout.name} {...readout} />
            ))}
          </dl>
          {asTable ? tables().map((table) => <DataTable key={table.caption} {...table} />) : children}
        </div>
      </div>
      <Code code={code} prints={codePrints} />
    </article>
  );
}

function Presets() {
  const { demo, values, change } = useSurroundings();
  const { presets, settings } = demo;
  if (!presets) return null;
  const choose = (preset: Partial<Values<typeof settings>>) => {
    const defaults = Object.entries(settings).filter(([, { kind }]) => kind !== 'seed');
    change({ ...Object.fromEntries(defaults.map(([name, setting]) => [name, setting.default])), ...preset });
  };
  const isChosen = (preset: Partial<Values<typeof settings>>) =>
    Object.entries(preset).every(([name, value]) => values[name] === value);
  return (
    <fieldset>
      <legend>Examples</legend>
      <div class="buttons">
        {Object.entries(presets).map(([words, preset]) => (
          <button type="button" key={words} aria-pressed={isChosen(preset)} onClick={() => choose(preset)}>
            {words}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Buttons({ asTable, setAsTable }: { readonly asTable: boolean; readonly setAsTable: (on: boolean) => void }) {
  const { restart } = useSurroundings();
  return (
    <div class="buttons">
      <button type="button" onClick={restart}>
        Restart
      </button>
      <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        Show as table
      </button>
    </div>
  );
}

function Status({ status, doing, share, error }: FrameProps) {
  if (status === 'error')
    return (
      <p class="status error" role="alert">
        {error}
      </p>
    );
  const isBusy = status === 'busy';
  return (
    <p class="status">
      <span role="status">{isBusy ? (doing ?? 'Computing …') : status === 'done' ? 'Ready.' : ''}</span>
      {isBusy && share !== undefined && <progress aria-label="How far it has come" value={share} max={1} />}
    </p>
  );
}

function ReadoutOf({ name, label, value, unit, show: shown = show }: Readout) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-result={name} data-value={value}>
        {value === undefined ? '…' : shown(value)}
        {unit && value !== undefined && <small> {unit}</small>}
      </dd>
    </div>
  );
}
