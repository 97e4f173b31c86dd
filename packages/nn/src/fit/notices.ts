import { rareClassNotice, scaleNotice } from '@unbraid/checks';
import type { Data } from './data.ts';

export interface NoticeFacts {
  readonly outputs: number;
  readonly classes: readonly string[] | undefined;
  /** Whether classes have weights already. */
  readonly weighted: boolean;
}

/** Lines about training data that a fit can use, but is likely not to learn well from. */
export function noticesOf(data: Data, { outputs, classes, weighted }: NoticeFacts): string[] {
  const rare =
    data.y instanceof Int32Array && !weighted
      ? rareClassNotice('nn: data.y', data.y, {
          count: outputs,
          names: classes,
          advice: "give fit classWeights: 'balanced', or look at more than accuracy",
        })
      : undefined;
  return [scaleNotice('nn: data.x', data.x), rare].filter((line) => line !== undefined);
}
