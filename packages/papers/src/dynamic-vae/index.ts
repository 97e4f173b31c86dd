import type { Experiment } from '@unbraid/experiment';
import { controllers } from './controllers.ts';
import { decouple } from './decouple.ts';
import { setpoints } from './setpoints.ts';

/** The experiments on DynamicVAE. */
export const experiments: readonly Experiment[] = [decouple, controllers, setpoints];
