import { InputError, integer } from '@unbraid/checks';
import { type Shape, sizeOf } from '@unbraid/graph';
import * as z from 'zod';
import type { AnyModel } from '../model.ts';
import { descriptionOf } from '../saved/description.ts';

export const shapeSetting = () =>
  z.array(integer({ min: 1 }), { error: 'a list of sizes' }).min(1, { error: 'a list of sizes' });

/**
 * Shape of a row of the inputs of `model`: the one that is given, or what its first layer that takes one shape alone says.
 * @param example of an option that gives it, for the message
 * @throws {InputError} where neither is there
 */
export function inputShapeOf(
  who: string,
  model: AnyModel,
  given: Shape | undefined,
  example = 'inputShape: [784]',
): Shape {
  const shape = given ?? shapeFromLayers(model);
  if (shape) return shape;
  throw new InputError(
    'setting',
    `nn: ${who}: the model's first layer takes rows of any shape; give theirs, such as ${example}`,
  );
}

function shapeFromLayers(model: AnyModel): Shape | undefined {
  const description = descriptionOf(model);
  const { layer, settings = {} } = description ?? {};
  if (layer === 'dense') return [settings.inputs as number];
  if (layer === 'unflatten') return [sizeOf(settings.shape as Shape)];
  if (layer === 'batchNorm') return settings.axis === 1 ? [settings.features as number] : undefined;
  if (layer !== 'sequential') return undefined;
  // Layers before it that leave shapes alone.
  for (const { layer: inner } of model.layers ?? []) {
    const shape = shapeFromLayers(inner);
    if (shape) return shape;
    const name = descriptionOf(inner)?.layer;
    if (name !== 'activation' && name !== 'dropout') return undefined;
  }
  return undefined;
}
