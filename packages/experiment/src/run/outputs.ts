import { join } from 'node:path';
import { z } from 'zod';
import { RunError } from '../errors.ts';
import { readJson, runFiles, toJson } from './config.ts';
import type { WriteFile } from './write-file.ts';

const figureSchema = z.object({ name: z.string(), title: z.string(), caption: z.string() });
const tableSchema = z.object({
  name: z.string(),
  title: z.string(),
  caption: z.string().optional(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number()]))),
});
const outputsSchema = z.object({ figures: z.array(figureSchema), tables: z.array(tableSchema) });

export type FigureEntry = Readonly<z.output<typeof figureSchema>>;
export type TableEntry = Readonly<z.output<typeof tableSchema>>;

/** `outputs.json`: the tables of a run and what its figures say, in the order in which they first appeared. */
export interface Outputs {
  readonly figures: readonly FigureEntry[];
  readonly tables: readonly TableEntry[];
}

export async function readOutputs(directory: string): Promise<Outputs> {
  return (await readJson(join(directory, runFiles.outputs), outputsSchema)) ?? { figures: [], tables: [] };
}

export interface OutputsWriter {
  addFigure(figure: FigureEntry): void;
  addTable(table: TableEntry): void;
  /** Brings what changed to the disk. */
  flush(): Promise<void>;
  current(): Outputs;
}

/** Names become file names and anchors. */
export function checkOutputName(kind: string, name: string): void {
  if (/^[\w][\w.-]*$/.test(name)) return;
  throw new RunError(`experiment: a ${kind} is named "${name}"; use letters, digits, ".", "-" and "_"`);
}

function checkTable({ name, columns, rows }: TableEntry): void {
  checkOutputName('table', name);
  const row = rows.findIndex(({ length }) => length !== columns.length);
  if (row < 0) return;
  throw new RunError(
    `experiment: row ${row} of table "${name}" has ${rows[row]!.length} entries for ${columns.length} columns`,
  );
}

function placed<T extends { readonly name: string }>(entries: readonly T[], entry: T): T[] {
  const at = entries.findIndex(({ name }) => name === entry.name);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

/** Goes on from what an earlier session of the run had put out. */
export function openOutputs(directory: string, from: Outputs, writeFile: WriteFile): OutputsWriter {
  let outputs = from;
  let written = from;
  return {
    addFigure(figure) {
      outputs = { ...outputs, figures: placed(outputs.figures, figure) };
    },
    addTable(table) {
      checkTable(table);
      outputs = { ...outputs, tables: placed(outputs.tables, table) };
    },
    async flush() {
      if (written === outputs) return;
      const now = outputs;
      await writeFile(join(directory, runFiles.outputs), toJson(now));
      written = now;
    },
    current: () => outputs,
  };
}
