import type { Experiment } from '@unbraid/experiment';
import { isSweep, type SweepSettings, sweepExperiment, sweepName } from '@unbraid/experiment/sweep';
import { fitExperiment, isFit } from './fit/methods.ts';
import type { Registry } from './registry.ts';
import { commandLine } from './shell.ts';

/**
 * The experiment of a run that is there already. Inspections, fits and sweeps are no experiments of the registry: they are nothing without a model, data or another experiment.
 * @param program how the user calls this command, for a report that names commands
 * @throws UsageError where there is none of that name
 */
export async function findExperiment(registry: Registry, name: string, program = 'unbraid'): Promise<Experiment> {
  if (isSweep(name)) {
    const inner = (await registry.list()).find((each) => sweepName(each.name) === name);
    // One that there is not is refused by its own name, with the nearest.
    return sweepOf(inner ?? (await registry.find(name)), program);
  }
  if (isFit(name)) return fitExperiment(name);
  const { INSPECTION, inspection } = await import('./inspect/inspection.ts');
  if (name === INSPECTION) return inspection();
  const { KERNEL_INSPECTION, kernelInspection } = await import('./inspect/kernel/inspection.ts');
  return name === KERNEL_INSPECTION ? kernelInspection() : registry.find(name);
}

/** The sweep of an experiment, with the commands that a user would type. @param space of one that begins */
export const sweepOf = (inner: Experiment, program: string, space: SweepSettings['space'] = {}) =>
  sweepExperiment(inner, { command: (words) => commandLine(program, words), space });
