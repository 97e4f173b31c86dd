import { z } from 'zod';
import { saveModelDirectory } from '../../model-directory.ts';
import type { Bench } from '../bench.ts';
import type { Score } from '../scores/intervals.ts';
import type { PreparedModel } from './form.ts';

const target = z.discriminatedUnion('task', [
  z.object({ task: z.literal('regression'), column: z.string() }),
  z.object({ task: z.literal('classification'), column: z.string(), classes: z.array(z.string()).min(2) }),
]);

/** What the manifest of a table's model says. */
export const tableManifestSchema = z.object({
  method: z.string(),
  target,
  /** Rows that it was learned from. */
  rows: z.int().min(1),
  /** The column of what rows count, where there was one; scores take it, too. */
  weights: z.string().optional(),
  /** Of the cross-validation. */
  scores: z.record(z.string(), z.union([z.number(), z.string()])),
});
export type TableManifest = z.output<typeof tableManifestSchema>;

/** Its files. */
export const MODEL_FILE = 'model.safetensors';
export const PREPROCESSOR_FILE = 'preprocessor.json';

/** Saves a table's model with what makes features of its columns. */
export async function saveTableModel(
  { context, source }: Bench,
  method: string,
  { model, preprocessor }: PreparedModel,
  scores: readonly Score[],
): Promise<void> {
  const { target: to, answers } = source;
  const { weights } = context.settings;
  const about = {
    method,
    data: 'table' as const,
    target: {
      task: to.task,
      column: to.column,
      ...(answers.task === 'classification' && { classes: answers.classes }),
    },
    rows: source.table.rows,
    ...(weights !== '' && { weights }),
    scores: Object.fromEntries(scores.map(({ name, value }) => [name, Number.isFinite(value) ? value : String(value)])),
  };
  await saveModelDirectory(context, about, {
    [MODEL_FILE]: model,
    [PREPROCESSOR_FILE]: new TextEncoder().encode(`${JSON.stringify(JSON.parse(preprocessor), null, 1)}\n`),
  });
}
