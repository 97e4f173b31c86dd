import { f32, type Tensor, type TensorSpec, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, describeModel, inference } from '@unbraid/nn';
import { type Widths, widths, widthsOf } from './widths.ts';

/** Layers of `@unbraid/nn` that say of how many features the rows are that they take and give. */
const NORMS = ['batchNorm', 'layerNorm'];

interface Described {
  readonly layer: string;
  readonly settings: Readonly<Partial<Record<'inputs' | 'outputs' | 'features', number>>>;
}

/**
 * What a model of `@unbraid/nn` takes and gives of a row.
 * @throws {InputError} `setting`, for a sequence one of whose layers gives another width than the next takes
 */
export function modelWidths(model: AnyModel): Widths {
  if (model.layers) return widthsOf(model.layers.map(({ key, layer }) => [key, modelWidths(layer)] as const));
  const { layer, settings } = (describeModel(model).json ?? {}) as Partial<Described>;
  if (layer === 'dense') return widths(settings!.inputs, settings!.outputs, false);
  if (NORMS.includes(layer!)) return widths(settings!.features, undefined, true);
  return widths(
    undefined,
    undefined,
    [5, 7].every((width) => givesAsMany(model, width)),
  );
}

/** Whether rows of so many features come out as wide as they went in, as from an activation. */
function givesAsMany(model: AnyModel, width: number): boolean {
  try {
    const { outputs } = trace({ params: model.params as TensorSpec, x: f32(2, width) }, ({ params, x }) => ({
      y: applyModel(model, params, x as Tensor, inference),
    })) as unknown as { readonly outputs: { readonly y: Tensor } };
    return outputs.y.shape.join() === `2,${width}`;
  } catch {
    // A model of rows of another width refuses these; what it refuses where it is used is said there.
    return false;
  }
}
