import { z } from 'zod';
import { presetNames } from '../experiment.ts';
import { pruneSchema } from './prune.ts';
import { dimensionSchema, jsonSchema } from './space.ts';

/** How the next configuration is found. */
export const sweepMethods = ['grid', 'random', 'tpe'] as const;
/** `grid`: all of a finite space; `random`: drawn; `tpe`: drawn where those before were good (Bergstra et al. 2011). */
export type SweepMethod = (typeof sweepMethods)[number];

const givenSchema = z.strictObject({
  settings: z.record(z.string(), jsonSchema),
  seed: z.int().min(0),
  summary: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** A trial whose result is there already: of a table, from another sweep. */
export type GivenTrial = Readonly<z.output<typeof givenSchema>>;

/** The settings of a sweep, which is an experiment itself. */
export const sweepSettings = z.object({
  preset: z.enum(presetNames).default('short').describe('Preset of the experiment, over which settings are tried'),
  space: z
    .record(z.string(), dimensionSchema)
    .default({})
    .describe('Settings of the experiment, and what each is tried at'),
  seeds: z.array(z.int().min(0)).min(1).default([0]).describe('Seeds that each configuration is tried with'),
  method: z.enum(sweepMethods).default('grid').describe('How configurations are found'),
  trials: z.int().min(0).default(0).describe('Trials in all, a configuration with a seed each; 0 for all of a grid'),
  metric: z.string().default('').describe('Result of the experiment that tells good configurations, or none'),
  goal: z.enum(['max', 'min']).default('max').describe('Whether a large or a small metric is good'),
  round: z
    .int()
    .min(1)
    .default(4)
    .describe('Configurations that are found, and tried, without the results of one another'),
  startup: z.int().min(1).default(10).describe('Configurations that tpe draws at random before it learns from them'),
  prune: pruneSchema
    .nullable()
    .default(null)
    .describe('Stops trials that are behind: by which logged number, and after how many steps and trials'),
  outputs: z.boolean().default(false).describe('Whether figures, tables and artifacts of trials are kept'),
  given: z.array(givenSchema).default([]).describe('Trials whose results are there already'),
});
/** Settings of a sweep, which are its experiment's own and what is tried of them. */
export type SweepSettings = z.output<typeof sweepSettings>;
