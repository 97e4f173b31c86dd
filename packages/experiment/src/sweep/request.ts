import { unknownName } from '@unbraid/checks';
import type { Experiment } from '../experiment.ts';
import { checkKey, parseSettings } from '../settings/parse.ts';
import { choicesOf, rangeOf, refusal } from './grammar.ts';
import { type SweepSettings, sweepSettings } from './settings.ts';
import { type Configuration, gridAt, holds, identityOf, sizeOf, spaceSize } from './space.ts';

/** More are no sweep but a mistake. */
const MOST_TRIALS = 100_000;

/**
 * Checks everything that can be wrong with a sweep before a trial of it begins: that its space is made of the experiment's settings and of values that these take,
 * that the metric is a result of it, that there are as many configurations as asked for.
 * @returns what it is checked to be, with what was left open
 * @throws {UsageError} in one line
 */
export function checkSweep(inner: Experiment, wanted: Partial<SweepSettings>): SweepSettings {
  const settings = sweepSettings.parse(wanted);
  checkSpace(inner, settings);
  checkMetric(inner, settings);
  checkSeeds(inner, settings);
  checkTrials(inner, settings);
  checkGiven(inner, settings);
  if (settings.method === 'grid') checkGrid(inner, settings);
  return settings;
}

/** Configurations of a sweep. */
export const configurationsOf = ({ method, space, trials, seeds }: SweepSettings): number =>
  method === 'grid' ? spaceSize(space) : trials / seeds.length;

function checkSpace(inner: Experiment, { preset, space }: SweepSettings): void {
  parseSettings(inner, preset);
  for (const [key, dimension] of Object.entries(space)) {
    checkKey(inner, key);
    if (dimension.kind === 'choices') {
      choicesOf(inner, preset, key, dimension.values);
      continue;
    }
    const step = dimension.kind === 'integer' && dimension.step !== 1 ? dimension.step : undefined;
    const range = rangeOf(inner, preset, key, { ...dimension, step, integer: dimension.kind === 'integer' });
    if (range.kind !== dimension.kind || range.list !== dimension.list)
      throw refusal(
        inner,
        `the range of ${key} gives ${dimension.list ? 'lists of ' : ''}${dimension.kind === 'real' ? 'real numbers' : 'integers'}; the setting is something else`,
      );
  }
}

function checkMetric(inner: Experiment, { metric, method }: SweepSettings): void {
  const keys = Object.keys(inner.summary);
  if (metric === '') {
    if (method === 'tpe') throw refusal(inner, `tpe needs a metric to learn from: --metric, one of ${keys.join(', ')}`);
  } else if (!keys.includes(metric)) throw refusal(inner, unknownName('result', metric, keys));
}

function checkSeeds(inner: Experiment, { seeds }: SweepSettings): void {
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (twice !== undefined) throw refusal(inner, `seed ${twice} is given twice`);
}

function checkTrials(inner: Experiment, settings: SweepSettings): void {
  const { method, space, seeds, trials } = settings;
  if (method === 'grid') {
    const endless = Object.keys(space).find((key) => sizeOf(space[key]!) === Infinity);
    if (endless !== undefined)
      throw refusal(
        inner,
        `${endless} is a range of real numbers, and a grid of it has no end: give its values (${endless}=0.1,0.2), or --trials with --method random or tpe`,
      );
    const count = spaceSize(space) * seeds.length;
    if (trials !== 0 && trials !== count)
      throw refusal(inner, `a grid is tried whole, in ${count} trials; leave out --trials, or choose random or tpe`);
  } else if (trials === 0) {
    throw refusal(inner, `--method ${method} needs --trials: how many, each a configuration with a seed`);
  } else if (trials % seeds.length !== 0) {
    const below = trials - (trials % seeds.length);
    const fit = below === 0 ? seeds.length : `${below} or ${below + seeds.length}`;
    throw refusal(inner, `${trials} trials can't be shared by ${seeds.length} seeds; give ${fit}`);
  } else if (trials / seeds.length > spaceSize(space)) {
    throw refusal(
      inner,
      `the space has ${spaceSize(space)} configurations, ${trials} trials with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} want ` +
        `${trials / seeds.length}; leave out --trials and try the grid`,
    );
  }
  const count = configurationsOf(settings) * seeds.length;
  if (count > MOST_TRIALS) throw refusal(inner, `this is ${count} trials; a sweep has ${MOST_TRIALS} at most`);
}

/** Of a grid all configurations are known: settings that don't go together are found before any is tried. */
function checkGrid(inner: Experiment, { preset, space }: SweepSettings): void {
  const count = spaceSize(space);
  for (let i = 0; i < count; i++) parseSettings(inner, preset, gridAt(space, i));
}

function checkGiven(inner: Experiment, settings: SweepSettings): void {
  const { space, seeds, given, metric } = settings;
  const keys = Object.keys(space);
  const seen = new Set<string>();
  for (const [i, { settings: chosen, seed, summary }] of given.entries()) {
    const refuse = (why: string) => refusal(inner, `given trial ${i + 1}: ${why}`);
    for (const key of Object.keys(chosen))
      if (!keys.includes(key)) throw refuse(unknownName('setting in the space', key, keys));
    for (const [key, dimension] of Object.entries(space)) {
      const value = chosen[key];
      if (value === undefined) throw refuse(`it has no ${key}`);
      if (!holds(dimension, value)) throw refuse(`${key} is ${JSON.stringify(value)}, which the space doesn't hold`);
    }
    if (!seeds.includes(seed)) throw refuse(`its seed is ${seed}; the sweep's are ${seeds.join(', ')}`);
    const results = Object.keys(inner.summary);
    for (const key of Object.keys(summary))
      if (!results.includes(key)) throw refuse(unknownName('result', key, results));
    if (metric !== '' && summary[metric] === undefined) throw refuse(`it has no ${metric}`);
    const name = `${identityOf(ordered(space, chosen))} ${seed}`;
    if (seen.has(name)) throw refuse('it is there twice');
    seen.add(name);
  }
  const configurations = givenConfigurations(settings).length;
  if (configurations > configurationsOf(settings))
    throw refusal(
      inner,
      `${configurations} configurations are given, and ${configurationsOf(settings)} asked for in all; raise --trials`,
    );
}

/** A configuration with its members in the space's order. */
export const ordered = (space: SweepSettings['space'], chosen: Configuration): Configuration =>
  Object.fromEntries(Object.keys(space).map((key) => [key, chosen[key]!]));

/** The configurations of the given trials, each once, in their order. */
export function givenConfigurations({ given, space }: SweepSettings): Configuration[] {
  const all = new Map(
    given.map(({ settings }) => {
      const configuration = ordered(space, settings);
      return [identityOf(configuration), configuration];
    }),
  );
  return [...all.values()];
}
