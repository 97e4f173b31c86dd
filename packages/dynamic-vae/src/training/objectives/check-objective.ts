import { checkSettings, count, finite, given, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { discriminatorSchema } from '../discriminator.ts';
import type { Objective, ObjectiveName, SetPoint } from '../objective.ts';

const objectiveName = oneOf(
  'vae',
  'beta',
  'factor',
  'control',
  'dynamic',
  'tc',
  'dip-i',
  'dip-ii',
  'annealed',
  'quantized',
);
const names = z.looseObject({ name: objectiveName });

const name = given<string>();
const weight = () => finite({ min: 0 }).optional();
// What controllers and set points hold is checked where they are made.
const controlled = { name, controller: given<object>().optional(), setPoint: given<SetPoint>().optional() };
const dip = z.object({ name, offDiagonal: weight(), diagonal: weight() });
const schemas = {
  vae: z.object({ name }),
  beta: z.object({ name, beta: weight() }),
  factor: z.object({ name, gamma: weight(), discriminator: given<object>().optional() }),
  control: z.object(controlled),
  dynamic: z.object({ ...controlled, window: count().optional() }),
  tc: z.object({
    name,
    alpha: weight(),
    beta: weight(),
    gamma: weight(),
    estimator: oneOf('weighted', 'stratified').optional(),
    count: count().optional(),
  }),
  'dip-i': dip,
  'dip-ii': dip,
  annealed: z.object({ name, gamma: weight(), capacity: weight(), over: count().optional() }),
  quantized: z.object({ name, quantization: weight(), commitment: weight(), weightDecay: weight() }),
} satisfies Record<ObjectiveName, z.ZodObject>;

/** @throws {InputError} `setting`, where a name or a setting is unknown, or one is out of its range */
export function checkObjective(objective: Objective): void {
  const who = 'dynamic-vae: the objective';
  const { success } = names.safeParse(objective);
  checkSettings(who, success ? schemas[objective.name] : z.object({ name: names.shape.name }), objective);
  if (objective.name === 'factor') {
    checkSettings("dynamic-vae: the objective's discriminator", discriminatorSchema, objective.discriminator ?? {});
  }
}
