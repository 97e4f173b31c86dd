import { z } from 'zod';

const name = () => z.string().default('');
const columnKinds = ['number', 'boolean', 'date', 'text', 'category'] as const;

/** What every fit of a table is set to. The file is told by path and SHA-256, so that a resumed run takes no other. */
export const tableSettings = {
  data: name().describe('Path of the table'),
  dataSha256: name().describe('SHA-256 of that file'),
  query: name().describe('SQL that the rows are taken by, from `data`; empty for all'),
  target: name().describe('The column that is predicted'),
  task: z
    .enum(['auto', 'regression', 'classification'])
    .default('auto')
    .describe('Whether the target is a quantity or a class; auto tells by the column'),
  omit: z.array(z.string()).default([]).describe('Columns that are left out'),
  kinds: z
    .record(z.string(), z.enum(columnKinds))
    .default({})
    .describe(
      'What columns hold, where it is otherwise than it seems: number, boolean, date, text, or category for whole numbers that are names',
    ),
  weights: name().describe('A column with what each row counts; empty for all the same'),
  classWeights: z
    .enum(['none', 'balanced'])
    .default('none')
    .describe('balanced: every class counts the same in training, however many rows it has'),
  folds: z.int().min(2).max(50).default(5).describe('Parts of the rows in cross-validation'),
  group: name().describe('A column whose groups stay whole in cross-validation'),
  time: name().describe('A column of times: later rows are predicted by what earlier ones taught'),
  maxLevels: z
    .int()
    .min(2)
    .max(1000)
    .default(32)
    .describe('Most levels of a category with a feature each; with more, they are told by means of the target'),
  repeats: z.int().min(1).max(100).default(5).describe('How often a column is shuffled to find its importance'),
  importanceRows: z
    .int()
    .min(10)
    .default(2000)
    .describe('Held-out rows, drawn at random, that importance is measured on'),
  dependenceColumns: z
    .int()
    .min(0)
    .max(50)
    .default(6)
    .describe('Columns, by importance, whose partial dependence is drawn'),
  dependenceRows: z
    .int()
    .min(10)
    .default(500)
    .describe('Rows, drawn at random, that partial dependence is averaged over'),
} as const;

/** Settings of every table's fit, as they were checked. */
export type TableSettings = z.output<z.ZodObject<typeof tableSettings>>;
