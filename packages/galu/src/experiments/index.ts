import type { Experiment } from '@unbraid/experiment';
import { compare } from './compare.ts';

export const experiments: readonly Experiment[] = [compare];
