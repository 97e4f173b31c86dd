import { readSafetensors } from '@unbraid/data';
import type { Binding } from '../own-binding.ts';
import { type Mlp, mlpOf } from './mlp-of.ts';

export type { Batch, Mlp } from './mlp-of.ts';

/** What a side is told to prepare. */
export interface MlpTask {
  /** A safetensors file as `writeMlpTask` makes it. */
  readonly file: string;
  /** How many steps to take first, with their losses reported, so that all sides are seen to do the same mathematics. */
  readonly checkedSteps: number;
  /** For a side that does not take its number of threads from the environment. */
  readonly threads?: number;
  /** Our side's. */
  readonly binding?: Binding;
}

/** Reads a file as `writeMlpTask` makes it. */
export const readMlpTask = async (file: string): Promise<Mlp> => mlpOf(await readSafetensors(file));
