import { checkSettings, count, InputError, showValue } from '@unbraid/checks';
import { add, relu, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, batchNorm, inference, type Model } from '@unbraid/nn';
import * as z from 'zod';

/** What `foldedBlock` takes. */
export interface FoldedBlockOptions {
  /** What is applied one after another, each with a weight of its own and no bias; the last gives what the first takes. */
  readonly layers: readonly AnyModel[];
  /** Features that each of the layers gives: columns of `[rows, features]`, channels of images. */
  readonly features: readonly number[];
  /** How often the block is applied. */
  readonly iterations: number;
}

/** Parameters of the layers, which all iterations share, and of the normalizations, which none shares: by iteration, then by layer. */
export interface FoldedBlockParams {
  readonly [key: string]: AnyModel['params'];
}

const schema = z.object({
  layers: z
    .array(z.custom<AnyModel>((value) => typeof (value as AnyModel)?.apply === 'function', { error: 'a layer' }))
    .min(1),
  features: z.array(count()),
  iterations: count(),
});

/**
 * A residual block folded into itself (López García-Arias et al. 2021, "Hidden-fold networks", section 3): the same layers are applied again and again,
 * x ← ReLU(x + f(x)), where f is layer, batch normalization, ReLU, layer, batch normalization and so on. Weights are shared by all iterations, batch
 * normalizations are not. With `edgePopup`, which leaves normalization without scale and shift, it is a hidden-fold network.
 * @throws {InputError} for settings that are unknown or out of range, and another number of `features` than of `layers`
 * @throws {ShapeError} from `apply`, for layers that don't give back the input's shape
 */
export function foldedBlock(options: FoldedBlockOptions): Model<FoldedBlockParams> {
  const { layers, features, iterations } = checkSettings('laperm: foldedBlock', schema, options);
  if (features.length !== layers.length) {
    throw new InputError(
      'setting',
      `laperm: foldedBlock has ${layers.length} layers and features ${showValue(features)}; give a number for each layer`,
    );
  }
  const norms = Array.from({ length: iterations }, () => features.map((count) => batchNorm({ features: count })));
  return {
    name: `folded block, ${iterations} times`,
    params: {
      layers: layers.map(({ params }) => params),
      norms: norms.map((each) => each.map(({ params }) => params)),
    },
    apply(params, x, mode = inference): Tensor {
      const own = params as unknown as {
        readonly layers: readonly unknown[];
        readonly norms: readonly (readonly unknown[])[];
      };
      return norms.reduce((state, normsOf, t) => {
        const branch = layers.reduce((h, layer, i) => {
          const out = applyModel(layer, own.layers[i], i === 0 ? h : relu(h), mode);
          return applyModel(normsOf[i]!, own.norms[t]![i], out, mode);
        }, state);
        return relu(add(state, branch));
      }, x);
    },
  };
}
