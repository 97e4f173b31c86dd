import { having } from '@unbraid/checks';
import { leavesOf } from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import type { Stage } from './stages.ts';

const modelSetting = () => having<AnyModel>('a layer or a model', 'apply', 'params');

const stageSchema = z.strictObject(
  { linear: modelSetting(), after: modelSetting().optional(), gate: modelSetting().optional() },
  { error: 'a layer with its linear part' },
);

/** The settings that all deep networks have, for their schemas. */
export const layersSettings = {
  stages: z
    .array(stageSchema, { error: 'a list of layers' })
    .min(1, { error: 'at least one layer' })
    // Linear parts hold the parameters: gates are taken from these alone.
    .refine((stages) => stages.every(({ after }) => !after || leavesOf<ParamSpec>(after.params).length === 0), {
      error: 'a list of layers whose "after" has no parameters',
    })
    .transform((stages): readonly Stage[] => stages as readonly Stage[]),
  output: modelSetting(),
};
