import type { Experiment } from '../src/index.ts';

export declare const sleeper: Experiment;
