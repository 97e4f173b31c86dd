import type { Experiment } from '@unbraid/experiment';
import { agnostic } from './agnostic.ts';

export const experiments: readonly Experiment[] = [agnostic];
