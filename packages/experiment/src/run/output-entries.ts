import { z } from 'zod';
import { RunError } from '../errors.ts';

/** Names become file names and anchors. */
const NAME = /^\w[\w.-]{0,99}$/;
const nameSchema = z.string().regex(NAME);

export const figureSchema = z.object({ name: nameSchema, title: z.string(), caption: z.string() });

export const tableSchema = z
  .object({
    name: nameSchema,
    title: z.string(),
    caption: z.string().optional(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number()]))),
  })
  .refine(({ columns, rows }) => rows.every(({ length }) => length === columns.length));

export const artifactSchema = z.object({
  name: nameSchema,
  /** Its size. */
  bytes: z.int().min(0),
  /** Hexadecimal. */
  sha256: z.string(),
});

export const outputsSchema = z.object({
  figures: z.array(figureSchema),
  tables: z.array(tableSchema),
  /** Runs of earlier versions list none. */
  artifacts: z.array(artifactSchema).default([]),
});

/** A figure as a run's directory lists it; its drawing is `figures/<name>.svg`. */
export type FigureEntry = Readonly<z.output<typeof figureSchema>>;
/** A table as a run's directory lists it. */
export type TableEntry = Readonly<z.output<typeof tableSchema>>;
/** A file that a run made, as its directory lists it. */
export type ArtifactEntry = Readonly<z.output<typeof artifactSchema>>;

/** `outputs.json`: the tables of a run, what its figures say and which files it made, in the order in which they first appeared. */
export interface Outputs {
  readonly figures: readonly FigureEntry[];
  readonly tables: readonly TableEntry[];
  readonly artifacts: readonly ArtifactEntry[];
}

export function checkOutputName(kind: string, name: string): void {
  if (NAME.test(name)) return;
  throw new RunError(
    `experiment: ${kind === 'artifact' ? 'an' : 'a'} ${kind} is named "${name}"; use at most 100 letters, digits, ".", "-" and "_"`,
  );
}

export function checkTable({ name, columns, rows }: TableEntry): void {
  checkOutputName('table', name);
  const row = rows.findIndex(({ length }) => length !== columns.length);
  if (row < 0) return;
  throw new RunError(
    `experiment: row ${row} of table "${name}" has ${rows[row]!.length} entries for ${columns.length} columns`,
  );
}
