import { checkSettings } from '@unbraid/checks';
import { checkPreset, type Experiment, parseSettings, settingsFromText } from '@unbraid/experiment';
import { z } from 'zod';

const requestSchema = z.object({
  experiment: z.string('the name of an experiment').max(200),
  preset: z.string('smoke, short or full').max(20),
  seed: z.int('a whole number').min(0, 'a number from 0'),
  settings: z.record(z.string(), z.string().max(10_000), 'settings as text').default({}),
  workers: z
    .string('a number or auto')
    .regex(/^(auto|[1-9]\d{0,2}|10[01]\d|102[0-4])$/, 'auto or a number from 1 to 1024')
    .default('auto'),
});

/** A request whose experiment takes these settings. */
export interface CheckedRequest {
  readonly experiment: Experiment;
  readonly preset: string;
  /** The words behind `unbraid` that begin the run; what is set is in words of its own, whatever it holds. */
  readonly words: readonly string[];
}

/**
 * Checks all that can be wrong with a run before it begins.
 * @param find the experiment of a name; throws where there is none
 * @throws {InputError} `setting` and {UsageError}, in one line
 */
export async function checkRequest(
  value: unknown,
  find: (name: string) => Promise<Experiment>,
): Promise<CheckedRequest> {
  const {
    experiment: name,
    preset: wanted,
    seed,
    settings,
    workers,
  } = checkSettings('lab: a start', requestSchema, value);
  const experiment = await find(name);
  const preset = checkPreset(experiment, wanted);
  const pairs = Object.entries(settings).map(([key, text]) => `${key}=${text}`);
  parseSettings(experiment, preset, settingsFromText(experiment, pairs));
  return {
    experiment,
    preset,
    words: [
      'run',
      experiment.name,
      ...['--preset', preset, '--seed', String(seed)],
      ...(workers === 'auto' ? [] : ['--workers', workers]),
      ...pairs.flatMap((pair) => ['--set', pair]),
    ],
  };
}
