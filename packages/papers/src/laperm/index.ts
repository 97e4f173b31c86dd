import type { Experiment } from '@unbraid/experiment';
import { agnostic } from './agnostic.ts';
import { dense } from './dense.ts';
import { profiles } from './profiles.ts';
import { rivals } from './rivals.ts';
import { sparse } from './sparse.ts';

/** The experiments on LaPerm. */
export const experiments: readonly Experiment[] = [agnostic, dense, profiles, rivals, sparse];
