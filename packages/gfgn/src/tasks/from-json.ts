import { checkSettings, count, finite, InputError, oneOf, text } from '@unbraid/checks';
import { array, object } from 'zod';
import { type TaskFacts, taskNames } from './task.ts';

const schema = object({
  name: oneOf(...taskNames),
  outputs: count(),
  names: array(text(), { error: 'a list of names' }).optional(),
  scale: object({ means: array(finite()), deviations: array(finite({ above: 0 })) }).optional(),
});

/**
 * A task from the JSON that a saved model has.
 * @param outputs of the model; by default what the task says
 * @throws {InputError} for anything that isn't one, or that doesn't fit the model
 */
export function taskFrom(json: unknown, outputs?: number): TaskFacts {
  const task = checkSettings('gfgn: the task', schema, json as object);
  const given = outputs ?? task.outputs;
  const { names, scale } = task;
  const needed = task.name === 'binary' ? 2 : given;
  const fits =
    task.outputs === given &&
    (task.name !== 'binary' || given === 1) &&
    (names === undefined || names.length === needed) &&
    (scale === undefined || [scale.means, scale.deviations].every((list) => list.length === given));
  if (!fits) throw new InputError('model', `gfgn: the task has other outputs than the model, which gives ${given}`);
  return task as TaskFacts;
}
