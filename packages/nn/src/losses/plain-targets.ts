import type { Loss } from './loss.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

/** What a plain array of numbers means to a loss of ours; undefined for one that may mean either. */
export function plainTargets(loss: Loss): 'labels' | 'quantities' | undefined {
  if (loss === softmaxCrossEntropy) return 'labels';
  return loss === meanSquaredError || loss === meanAbsoluteError ? 'quantities' : undefined;
}
