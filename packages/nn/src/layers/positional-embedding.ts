import { checkSettings } from '@unbraid/checks';
import { add, cast, constant, ShapeError, slice } from '@unbraid/graph';
import * as z from 'zod';
import { checkCount } from '../check-count.ts';
import { initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { gaussian } from '../initializers/plain.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** What `positionalEmbedding` takes beside its sizes. */
export interface PositionalEmbeddingOptions {
  /** Default N(0, 0.02²). */
  readonly init?: Initializer;
}

const schema = z.object({ init: initializerSetting().default(gaussian(0.02)) });

/**
 * Adds to each position of a sequence a vector that is learnt: `[rows, time, features]` to the same shape. Its `weight` is `[length, features]`, of which
 * shorter sequences use the beginning.
 * @throws {InputError} unless both sizes are integers of at least 1, and for options that are unknown
 * @throws {ShapeError} from `apply`, for another number of features, and for sequences that are longer
 */
export function positionalEmbedding(
  length: number,
  features: number,
  options: PositionalEmbeddingOptions = {},
): Model<{ readonly weight: ParamSpec }> {
  const { init } = checkSettings('nn: positionalEmbedding', schema, options);
  checkCount("positionalEmbedding's length", length);
  checkCount("positionalEmbedding's features", features);
  const layer: Model<{ readonly weight: ParamSpec }> = {
    name: `positionalEmbedding ${length}, ${features}`,
    params: { weight: param([length, features], init) },
    apply({ weight }, x) {
      const [, time, width] = x.shape;
      if (x.shape.length !== 3 || time! > length || width !== features)
        throw new ShapeError(
          `nn: positionalEmbedding takes [rows, at most ${length}, ${features}], the input is ${showShape(x.shape)}`,
        );
      return add(x, time === length ? weight : slice(weight, [0, 0], [time!, features]));
    },
  };
  return described(layer, { layer: 'positionalEmbedding', settings: { length, features, init } });
}

/**
 * Adds to each position of a sequence sines and cosines of it: `[rows, time, features]` to the same shape. Feature 2i of position p gets
 * sin(p / 10000^(2i / features)), feature 2i + 1 its cosine (Vaswani et al. 2017, section 3.5).
 * @throws {ShapeError} from `apply`, for an input that is no batch of sequences
 */
export function sinusoidalEmbedding(): Model<Readonly<Record<string, never>>> {
  const layer: Model<Readonly<Record<string, never>>> = {
    name: 'sinusoidalEmbedding',
    params: {},
    apply(_, x) {
      const [, time, features] = x.shape;
      if (x.shape.length !== 3)
        throw new ShapeError(
          `nn: sinusoidalEmbedding takes [rows, time, features], the input is ${showShape(x.shape)}`,
        );
      return add(x, cast(constant(waves(time!, features!), [time!, features!]), x.dtype));
    },
  };
  return described(layer, { layer: 'sinusoidalEmbedding', settings: {} });
}

function waves(time: number, features: number): Float64Array {
  return Float64Array.from({ length: time * features }, (_, at) => {
    const [position, feature] = [Math.floor(at / features), at % features];
    const angle = position / 10_000 ** ((2 * Math.floor(feature / 2)) / features);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
