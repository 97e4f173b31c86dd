import type { Structure } from '../structure.ts';
import { createSampler } from './sampler.ts';
import type { BatchSource } from './source.ts';

/** How neighbours are sampled. */
export interface SampleOptions {
  /** How many neighbours each node hears of, hop after hop from those that are learnt from on: as many numbers as the model hears hops. */
  readonly fanOuts: readonly number[];
  /** How many nodes are learnt from in a step. Default 512. */
  readonly batchSize?: number | undefined;
}

/** Nodes to learn from in an order that is drawn anew in each epoch, with what is sampled around them. */
export function neighborBatches(
  structure: Structure,
  train: Int32Array,
  { fanOuts, batchSize = 512 }: SampleOptions,
): BatchSource {
  const sampler = createSampler(structure);
  const most = Math.min(batchSize, train.length);
  return {
    most,
    *epoch(random) {
      const order = random.split('order').permutation(train.length);
      for (let at = 0; at < train.length; at += most) {
        const targets = order.subarray(at, at + most).map((i) => train[i]!);
        const batch = sampler.around(targets, fanOuts, random.split('neighbours').split(at));
        yield { batch, learnt: Int32Array.from(targets, (_, i) => i), targets };
      }
    },
  };
}
