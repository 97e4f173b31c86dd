import { RunError, UsageError } from './errors.ts';
import { type Experiment, presetNames } from './experiment.ts';
import { metricProblems } from './metric-problems.ts';
import { describeSettings } from './settings/describe.ts';
import { parseSettings } from './settings/parse.ts';

/**
 * Checks what types cannot say about an experiment: the form of its name, that every setting has a default and a
 * description, that its presets are settings, that its summary keys and the columns of its lines are explained.
 * @throws {RunError} naming the experiment and everything that is wrong with it.
 */
export function checkExperiment(experiment: Experiment): void {
  const problems = [
    ...nameProblems(experiment),
    ...settingProblems(experiment),
    ...presetProblems(experiment),
    ...summaryProblems(experiment),
    ...metricProblems(experiment.metrics ?? {}),
  ];
  if (problems.length > 0) throw new RunError(`experiment: ${experiment.name}: ${problems.join('; ')}`);
}

function nameProblems({ name }: Experiment): string[] {
  return /^[a-z0-9-]+\/[a-z0-9-]+$/.test(name) ? [] : ['the name is not of the form system/experiment'];
}

function settingProblems({ settings }: Experiment): string[] {
  return describeSettings(settings).flatMap((setting) => [
    ...(setting.default === undefined ? [`setting ${setting.name} has no default`] : []),
    ...(setting.description === '' ? [`setting ${setting.name} has no description`] : []),
  ]);
}

function presetProblems(experiment: Experiment): string[] {
  return presetNames.flatMap((preset) => {
    try {
      parseSettings(experiment, preset, { ...experiment.presets[preset] });
      return [];
    } catch (error) {
      if (error instanceof UsageError) return [`preset ${preset}: ${error.message}`];
      throw error;
    }
  });
}

function summaryProblems({ summary }: Experiment): string[] {
  const silent = Object.entries(summary).filter(([, meaning]) => meaning.trim() === '');
  return silent.map(([key]) => `summary key ${key} has no explanation`);
}
