import { readConfig } from '@unbraid/experiment/directory';
import {
  commandOfTrial,
  configurationsOf,
  type DoneTrial,
  readDoneTrials,
  readSweep,
  type SweepSettings,
  sweepSettings,
  sweptExperiment,
} from '@unbraid/experiment/sweep';
import type { Sweep, TrialInfo } from '../api.ts';
import type { StoredRun } from '../runs/run-store.ts';
import { scalarsOf } from '../runs/scalars.ts';
import { notFound } from './failure.ts';

/** Sweeps whose trials are remembered. */
const MOST_SWEEPS = 20;

/** Gives sweeps as the page shows them; what doesn't change of one that goes on is read once. */
export function createSweepReader(): (run: StoredRun) => Promise<Sweep> {
  const known = new Map<string, Map<string, DoneTrial | undefined>>();
  return async (run) => {
    if (!run.row.isSweep) throw notFound('sweep');
    const { config, about } = await readConfig(run.directory);
    const settings = sweepSettings.parse(config);
    const seen = known.get(run.id) ?? new Map<string, DoneTrial | undefined>();
    known.delete(run.id);
    known.set(run.id, seen);
    for (const id of known.keys()) if (known.size > MOST_SWEEPS) known.delete(id);
    const trials =
      run.row.status === 'done' && !run.row.remote
        ? (await readSweep(run.directory)).trials
        : await readDoneTrials(run.directory, settings, seen);
    const experiment = sweptExperiment(about.description) ?? run.row.experiment;
    const { metric, goal, seeds } = settings;
    return {
      experiment,
      ...(metric !== '' && { metric, goal }),
      axes: axesOf(settings),
      trials: trials.map((trial) => infoOf(trial, experiment, settings)),
      planned: configurationsOf(settings) * seeds.length,
    };
  };
}

const axesOf = ({ space }: SweepSettings): Sweep['axes'] =>
  Object.entries(space).flatMap(([name, dimension]) =>
    dimension.kind === 'choices'
      ? dimension.values.length > 1
        ? [{ name, log: false }]
        : []
      : [{ name, log: dimension.log }],
  );

function infoOf(trial: DoneTrial, experiment: string, { preset }: SweepSettings): TrialInfo {
  const { trial: number, configuration, seed, settings, status, summary } = trial;
  return {
    number,
    configuration,
    seed,
    settings: scalarsOf(settings),
    status,
    summary: scalarsOf(summary),
    command: commandOfTrial(experiment, preset, { settings, seed }),
  };
}
