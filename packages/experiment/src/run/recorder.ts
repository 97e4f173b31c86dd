import { createHash } from 'node:crypto';
import type { Figure, Table } from '../context.ts';
import { renderFigure } from '../figures/render.ts';
import type { Put } from '../stored/checkpoint-file.ts';
import type { Scalars } from '../values.ts';
import type { Metrics, Place } from './metrics.ts';
import { checkOutputName } from './output-entries.ts';
import type { OutputsWriter } from './outputs.ts';

/** Where a run's lines, figures, tables and artifacts go, kept apart by what put them out: a unit, or the code around the units. */
export interface Recorder {
  log(record: Scalars): void;
  figure(name: string, figure: Figure): Promise<void>;
  table(name: string, table: Table): void;
  artifact(name: string, bytes: Uint8Array): Promise<void>;
  /** Everything until `leave` belongs to the unit of this key. */
  enter(key: string): void;
  leave(): void;
  /** What the unit at work, or else the run, has put out so far. */
  put(): Promise<Put>;
  /**
   * Puts out again what a checkpoint of the unit at work, or else of the run, holds. Where as much has been put out since, the checkpoint is
   * one that was saved on the way here, such as the best of a fit, and nothing changes.
   */
  restore(put: Put): Promise<void>;
  /** Ends when everything that was put out is on the disk. */
  settle(): Promise<void>;
}

export interface RecorderParts {
  readonly metrics: Metrics;
  readonly outputs: OutputsWriter;
  /** Writes a figure or an artifact into its folder of the run's directory. */
  writeOutput(folder: 'figures' | 'artifacts', name: string, content: string | Uint8Array): Promise<void>;
}

interface Scope {
  /** The unit's; null: the code around the units. */
  readonly key: string | null;
  /** Where its lines begin. */
  readonly start: Place;
  reports: number;
  readonly figures: Set<string>;
  readonly tables: Set<string>;
  readonly artifacts: Set<string>;
}

const beginScope = (key: string | null, start: Place): Scope => ({
  key,
  start,
  reports: 0,
  figures: new Set(),
  tables: new Set(),
  artifacts: new Set(),
});

export function createRecorder({ metrics, outputs, writeOutput }: RecorderParts): Recorder {
  const root = beginScope(null, { bytes: 0, lines: 0 });
  let unit: Scope | undefined;
  const drawings = new Map<string, Promise<string>>();
  const files = new Map<string, Uint8Array>();
  /** Of artifacts, one after the other, so that the last of a name stays. */
  let writing: Promise<void> = Promise.resolve();

  /** Counts what is put out, for the unit and for the run. */
  function report(names: 'figures' | 'tables' | 'artifacts' | undefined, name = '', count = 1): void {
    for (const scope of unit === undefined ? [root] : [root, unit]) {
      scope.reports += count;
      if (names !== undefined) scope[names].add(name);
    }
  }

  async function draw(name: string, figure: Figure): Promise<string> {
    const svg = await renderFigure(name, figure);
    await writeSvg(name, svg);
    return svg;
  }
  const writeSvg = (name: string, svg: string) => writeOutput('figures', `${name}.svg`, svg);

  function keep(name: string, content: Uint8Array): Promise<void> {
    outputs.addArtifact({
      name,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    files.set(name, content);
    writing = writing.then(() => writeOutput('artifacts', name, content));
    // A failure comes out in settle, whether or not the experiment waits.
    writing.catch(() => undefined);
    return writing;
  }

  return {
    log(record) {
      metrics.log(record, unit?.key ?? null);
      report(undefined);
    },
    async figure(name, figure) {
      checkOutputName('figure', name);
      // Before any waiting: figures stand in the report in the order in which they were asked for.
      outputs.addFigure({ name, title: figure.title, caption: figure.caption });
      report('figures', name);
      const drawn = draw(name, figure);
      drawings.set(name, drawn);
      // An experiment need not wait for its figures; a failure comes out in settle.
      drawn.catch(() => undefined);
      await drawn;
    },
    table(name, table) {
      outputs.addTable(copyTable(name, table));
      report('tables', name);
    },
    artifact(name, bytes) {
      checkOutputName('artifact', name);
      report('artifacts', name);
      // `slice` of a Buffer would be a view on the caller's memory.
      return keep(name, new Uint8Array(bytes));
    },
    enter(key) {
      unit = beginScope(key, metrics.end());
    },
    leave() {
      unit = undefined;
    },
    async put() {
      const { start, reports, figures, tables, artifacts } = unit ?? root;
      const current = outputs.current();
      const drawn = current.figures
        .filter(({ name }) => figures.has(name))
        .map(async (entry) => ({ ...entry, svg: (await drawings.get(entry.name)) ?? '' }));
      return {
        reports,
        ...metrics.since(start),
        figures: await Promise.all(drawn),
        tables: current.tables.filter(({ name }) => tables.has(name)),
        artifacts: [...artifacts].map((name) => ({ name, content: files.get(name)! })),
      };
    },
    async restore({ reports, lines, times, figures, tables, artifacts }) {
      const scope = unit ?? root;
      if (reports <= scope.reports) return;
      metrics.replace(scope.start, { lines, times });
      report(undefined, '', reports - scope.reports);
      for (const { svg, ...entry } of figures) {
        outputs.addFigure(entry);
        report('figures', entry.name, 0);
        drawings.set(entry.name, Promise.resolve(svg));
        await writeSvg(entry.name, svg);
      }
      for (const table of tables) {
        outputs.addTable(table);
        report('tables', table.name, 0);
      }
      for (const { name, content } of artifacts) {
        report('artifacts', name, 0);
        await keep(name, content);
      }
    },
    async settle() {
      await Promise.all(drawings.values());
      await writing;
      metrics.sync();
      await outputs.flush();
    },
  };
}

function copyTable(name: string, { title, caption, columns, rows }: Table) {
  const shared = { name, title, columns: [...columns], rows: rows.map((row) => row.map(plainNumber)) };
  return caption === undefined ? shared : { ...shared, caption };
}

function plainNumber(value: string | number): string | number {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
