import type { Experiment } from '@unbraid/experiment';

export declare const adder: Experiment;
