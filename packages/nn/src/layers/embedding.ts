import { checkSettings } from '@unbraid/checks';
import { cast, gather, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { checkCount } from '../check-count.ts';
import { initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { gaussian } from '../initializers/plain.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';

/** What `embedding` takes beside its sizes. */
export interface EmbeddingOptions {
  /** Default N(0, 1). */
  readonly init?: Initializer;
}

const schema = z.object({ init: initializerSetting().default(gaussian(1)) });

/**
 * A vector of numbers for each of `entries` things, such as words: their numbers, counted from 0, `[rows, …]`, to `[rows, …, features]`. They are whole
 * numbers, also as float32. Its `weight` is `[entries, features]`, which is what a product with one-hot rows would have.
 * @throws {InputError} unless both sizes are integers of at least 1, and for options that are unknown
 */
export function embedding(
  entries: number,
  features: number,
  options: EmbeddingOptions = {},
): Model<{ readonly weight: ParamSpec }> {
  const { init } = checkSettings('nn: embedding', schema, options);
  checkCount("embedding's entries", entries);
  checkCount("embedding's features", features);
  const layer: Model<{ readonly weight: ParamSpec }> = {
    name: `embedding ${entries} → ${features}`,
    params: { weight: param([entries, features], init, { fanIn: 1, fanOut: features, neuronAxis: 1 }) },
    apply: ({ weight }, x) => gather(weight, numbersOf(x)),
  };
  return described(layer, { layer: 'embedding', settings: { entries, features, init } });
}

const numbersOf = (x: Tensor): Tensor => (x.dtype === 'int32' || x.dtype === 'int64' ? x : cast(x, 'int32'));
