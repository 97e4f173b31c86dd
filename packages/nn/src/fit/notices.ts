import { rareClassNotice, scaleNotice } from '@unbraid/checks';
import type { InputRows, Samples } from './data.ts';

export interface NoticeFacts {
  readonly outputs: number;
  readonly classes: readonly string[] | undefined;
  /** Whether classes have weights already. */
  readonly weighted: boolean;
}

/** Lines about training data that a fit can use, but is likely not to learn well from. */
export function noticesOf(data: Samples, { outputs, classes, weighted }: NoticeFacts): string[] {
  const rare =
    data.y instanceof Int32Array && !weighted
      ? rareClassNotice('nn: data.y', data.y, {
          count: outputs,
          names: classes,
          advice: "give fit classWeights: 'balanced', or look at more than accuracy",
        })
      : undefined;
  return [...data.inputs.map((input) => scaleOf(input, data.rows)), rare].filter((line) => line !== undefined);
}

/** Of inputs of numbers alone: ids and truth values have no scale. */
function scaleOf({ key, name, data, cols }: InputRows, rows: number): string | undefined {
  if (!(data instanceof Float32Array)) return undefined;
  return scaleNotice(key === name ? 'nn: data.x' : `nn: data.x.${name}`, { data, rows, cols });
}
