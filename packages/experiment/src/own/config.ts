import { UsageError } from '../errors.ts';
import { formatSetting } from '../report/format.ts';
import { fingerprintOf, OWN, type RunConfig } from '../run/config.ts';
import type { Environment } from '../run/environment.ts';
import type { SettingDescription } from '../settings/describe.ts';
import { quoted } from '../sweep/words.ts';
import type { CheckedRunOptions } from './options.ts';

/** `config.json` of a run that a program of one's own makes. */
export function ownConfig(options: CheckedRunOptions, environment: Environment, started: Date): RunConfig {
  const { name, config, seed, title = name, description, summary, metrics, command = ownCommand() } = options;
  const whole: RunConfig = {
    format: 2,
    experiment: name,
    preset: OWN,
    config,
    seed,
    overrides: config,
    command,
    started: started.toISOString(),
    ...environment,
    about: { title, paper: '', description, settings: described(options), summary, ...(metrics && { metrics }) },
  };
  return { ...whole, fingerprint: fingerprintOf(JSON.parse(JSON.stringify(whole))) };
}

const described = ({ config, settings }: CheckedRunOptions): SettingDescription[] =>
  Object.entries(config).map(([name, value]) => ({
    name,
    type: Array.isArray(value) ? 'list' : value === null ? 'any' : typeof value,
    default: null,
    description: settings[name] ?? '',
  }));

const ownCommand = (): string => ['node', ...process.argv.slice(1)].map(quoted).join(' ');

/** @throws {UsageError} where the directory's run isn't the one that is asked for */
export function checkSameRun(found: RunConfig, { name, config, seed }: CheckedRunOptions, directory: string): void {
  const refuse = (what: string) => {
    throw new UsageError(`experiment: ${directory} ${what}; choose another directory`);
  };
  if (found.preset !== OWN)
    refuse(`holds a run of the experiment ${found.experiment}, which unbraid resume goes on with`);
  if (found.experiment !== name) refuse(`holds a run of ${found.experiment}, not of ${name}`);
  if (found.seed !== seed) refuse(`holds a run with seed ${found.seed}, not ${seed}`);
  for (const key of new Set([...Object.keys(found.config), ...Object.keys(config)])) {
    const [then, now] = [found.config[key], config[key]].map((value) => fingerprintOf({ value }));
    if (then !== now) refuse(`holds a run whose ${key} is ${shown(found.config[key])}, not ${shown(config[key])}`);
  }
}

const shown = (value: unknown): string => (value === undefined ? 'not set' : formatSetting(value));
