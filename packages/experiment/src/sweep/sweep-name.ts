import type { Experiment } from '../experiment.ts';

const PREFIX = 'sweep/';

/** The name of an experiment's sweep: `sweep/galu-compare`. */
export const sweepName = (inner: string): string => `${PREFIX}${inner.replaceAll('/', '-')}`;

/** Whether a run is a sweep, by its experiment's name. */
export const isSweep = (name: string): boolean => name.startsWith(PREFIX);

const [BEFORE, AFTER] = ['Tries settings of ', ', each configuration with each of the seeds.'];

/** The description of an experiment's sweep. */
export const describeSweep = ({ name, description }: Pick<Experiment, 'name' | 'description'>): string =>
  `${BEFORE}${name}${AFTER} The experiment: ${description}`;

/** The experiment that a sweep tries, by the sweep's description: its own name has a dash where that has a slash. Undefined for another description. */
export function sweptExperiment(description: string): string | undefined {
  const end = description.indexOf(AFTER);
  return description.startsWith(BEFORE) && end > 0 ? description.slice(BEFORE.length, end) : undefined;
}
