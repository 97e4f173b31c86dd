import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scalars } from '@unbraid/experiment';
import { numberIn } from '@unbraid/experiment';
import type { RunConfig, RunStanding } from '@unbraid/experiment/directory';
import type { Column } from '../columns.ts';
import { curveOf, metricsOf, pointOf } from '../curves.ts';
import type { Line } from '../lines.ts';
import { endRecord, scalarRecord, sessionStatus, settingsRecord, versionRecord } from './events.ts';

/** A run, as far as files of events tell of it. */
export interface EventRun {
  readonly config: RunConfig;
  readonly standing: RunStanding;
  readonly summary: Scalars;
}

/** Bytes of a file that are kept before they are written. */
const KEPT = 1 << 16;

interface EventFile {
  add(record: Uint8Array): void;
  flush(): void;
}

/**
 * Writes files of events for TensorBoard: the folder itself has the settings, the results and the metrics of one curve; each curve of the others a folder of its own, such as
 * `fit=GaLU`, which TensorBoard shows as a run. Returns how many values were written.
 */
export async function writeEvents(
  folder: string,
  { config, standing, summary }: EventRun,
  columns: readonly Column[],
  lines: AsyncIterable<Line>,
): Promise<number> {
  const started = Date.parse(config.started) / 1000;
  const metrics = metricsOf(columns, config.about.metrics);
  const files = new Map<string, EventFile>();
  const nameOf = folderNames();
  const fileOf = (curve: string): EventFile => {
    let file = files.get(curve);
    if (file === undefined) {
      file = openFile(join(folder, nameOf(curve)), started);
      files.set(curve, file);
    }
    return file;
  };
  const root = fileOf('');
  root.add(settingsRecord(settingsOf(config), started));

  const counted = new Map<string, number>();
  let values = 0;
  for await (const { record, made } of lines) {
    const time = started + (made?.seconds ?? 0);
    for (const metric of metrics) {
      const point = pointOf(metric, record);
      if (point === undefined) continue;
      const curve = curveOf(metric, record);
      const key = `${metric.name}\0${curve}`;
      const before = counted.get(key) ?? 0;
      counted.set(key, before + 1);
      fileOf(curve).add(
        scalarRecord({
          time,
          step: point.step ?? before,
          tag: metric.name,
          value: point.value,
          ...(before === 0 && { description: metric.description }),
        }),
      );
      values++;
    }
  }

  const end = started + standing.seconds;
  for (const [key, result] of Object.entries(summary)) {
    const value = numberIn(result);
    if (value !== undefined)
      root.add(
        scalarRecord({ time: end, step: 0, tag: `summary/${key}`, value, description: config.about.summary[key] }),
      );
  }
  const { unknown, success, failure } = sessionStatus;
  root.add(endRecord({ done: success, failed: failure }[standing.status as string] ?? unknown, end));
  for (const file of files.values()) file.flush();
  return values;
}

function openFile(folder: string, started: number): EventFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `events.out.tfevents.${Math.floor(started)}.unbraid`);
  let kept: Uint8Array[] = [];
  let bytes = 0;
  const flush = () => {
    appendFileSync(path, Buffer.concat(kept));
    kept = [];
    bytes = 0;
  };
  const add = (record: Uint8Array) => {
    kept.push(record);
    bytes += record.length;
    if (bytes >= KEPT) flush();
  };
  add(versionRecord(started));
  return { add, flush };
}

/** Names of folders for curves, which differ for different curves whatever the file system makes of case and length. */
function folderNames(): (curve: string) => string {
  const taken = new Set<string>();
  return (curve) => {
    const name = curve
      .replaceAll(/[^\w.=+,-]+/g, '_')
      .replace(/^\./, '_')
      .slice(0, 100);
    const unlike = taken.has(name.toLowerCase())
      ? `${name}-${createHash('sha256').update(curve).digest('hex').slice(0, 8)}`
      : name;
    taken.add(unlike.toLowerCase());
    return unlike;
  };
}

/** Settings and seed, flat: lists and objects as JSON text. */
function settingsOf({ config, seed }: RunConfig): Scalars {
  const isScalar = (value: unknown): value is Scalars[string] => ['number', 'string', 'boolean'].includes(typeof value);
  const entries = Object.entries({ ...config, seed });
  return Object.fromEntries(entries.map(([key, value]) => [key, isScalar(value) ? value : JSON.stringify(value)]));
}
