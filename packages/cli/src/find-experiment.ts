import type { Experiment } from '@unbraid/experiment';
import { fitExperiment, isFit } from './fit/methods.ts';
import type { Registry } from './registry.ts';

/**
 * The experiment of a run that is there already. Inspections and fits are no experiments of the registry: they are nothing without a model or data.
 * @throws UsageError where there is none of that name
 */
export async function findExperiment(registry: Registry, name: string): Promise<Experiment> {
  if (isFit(name)) return fitExperiment(name);
  const { INSPECTION, inspection } = await import('./inspect/inspection.ts');
  if (name === INSPECTION) return inspection();
  const { KERNEL_INSPECTION, kernelInspection } = await import('./inspect/kernel/inspection.ts');
  return name === KERNEL_INSPECTION ? kernelInspection() : registry.find(name);
}
