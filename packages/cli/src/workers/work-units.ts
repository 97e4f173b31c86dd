import { serveWorker } from '@unbraid/experiment/workers';
import { findExperiment } from '../find-experiment.ts';
import type { Io } from '../io.ts';
import { computingVersions } from '../versions.ts';

/** The words behind `unbraid` that make its process a worker of a run, which is told what to do by whoever started it. */
export const WORK_UNITS = 'work-units';

/** Does units of a run until it is told to end, which ends the process. */
export const workUnits = async (io: Io): Promise<never> =>
  serveWorker({ find: (name) => findExperiment(io.registry, name), versions: await computingVersions(io.registry) });
