import { UsageError } from '@unbraid/experiment';
import { createModel, type FitOptions, hopsOf, layerKinds, type ModelName } from '@unbraid/gfgn';
import { libraryName, type Trained, trainedModels } from './candidates.ts';
import type { GraphSettings } from './settings.ts';

/** Models that read neighbourhoods, or have parameters, of the whole graph. */
const OF_ALL_NODES: readonly Trained[] = ['h2gcn', 'linkx'];

/** Whether there are residual blocks of a model. */
const hasBlocks = (name: ModelName): boolean => layerKinds.some((kind) => kind === name);

/** How deep a model is made. */
export const depthOf = (model: Trained, { depth, residual }: GraphSettings): Pick<FitOptions, 'depth' | 'residual'> =>
  model === 'logistic' ? {} : { depth, residual: residual && hasBlocks(libraryName(model)) };

/** Neighbours to draw, where that is asked for, as many numbers as the model hears hops: an MLP hears of none, and logistic regression stands on a graph without edges. */
export const sampleOf = (model: Trained, { sample, batchSize }: GraphSettings): Pick<FitOptions, 'sample'> =>
  sample.length > 0
    ? { sample: { fanOuts: model === 'mlp' ? [] : model === 'logistic' ? [1, 1] : sample, batchSize } }
    : {};

/** Where a step takes some nodes, predictions are made in blocks, too, but for models that take the mean of all nodes. */
export const blocksOf = (model: Trained, { sample }: GraphSettings): { readonly nodesAtOnce?: number } =>
  sample.length > 0 && model !== 'gfgn-graph' ? { nodesAtOnce: 2 ** 13 } : {};

/** @throws {UsageError} where neighbours are to be drawn for a model that takes all nodes at once, or hears another number of hops */
export function checkSample(settings: GraphSettings): void {
  for (const model of trainedModels(settings)) {
    const { sample } = sampleOf(model, settings);
    if (!sample) return;
    if (OF_ALL_NODES.includes(model))
      throw new UsageError(`fit: ${model} takes all nodes at once; leave out --sample, or this model`);
    const facts = { inputs: 1, classes: 2 };
    const hops = hopsOf(createModel({ ...facts, model: libraryName(model), ...depthOf(model, settings) }));
    if (sample.fanOuts.length !== hops)
      throw new UsageError(
        `fit: --sample has ${sample.fanOuts.length} numbers, ${model} hears ${hops} hops; give one for each, or leave out --sample or this model`,
      );
  }
}
