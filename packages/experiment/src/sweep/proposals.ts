import { createRandom, type Random } from '@unbraid/kernels';
import { configurationsOf, givenConfigurations } from './request.ts';
import type { SweepSettings } from './settings.ts';
import { type Configuration, drawConfiguration, gridAt, identityOf, spaceSize } from './space.ts';
import { proposeByTpe, type Scored } from './tpe/propose.ts';

/** How often a configuration that was tried already is drawn again before the first that wasn't is taken. */
const REDRAWS = 50;

/**
 * The configurations of a sweep, in rounds. A round depends on the settings, the seed and the scores of rounds before, and on nothing else: not on how many
 * are tried at a time, nor on which of them are done first.
 * @param scores of all configurations of rounds before, asked for once a round; tpe learns from them
 */
export function* roundsOf(
  settings: SweepSettings,
  seed: number,
  scores: () => readonly Scored[],
): Generator<Configuration[]> {
  const { method, prune, round } = settings;
  const count = configurationsOf(settings);
  const size = method === 'tpe' || prune !== null ? round : count;
  const given: Configuration[] = method === 'grid' ? [] : givenConfigurations(settings);
  const random = createRandom(seed).split('sweep');
  const tried = new Set<string>();
  for (let first = 0; first < count; ) {
    // Given configurations are known from the beginning: they are a round of their own.
    const end = first < given.length ? given.length : Math.min(count, first + size);
    const known = scores();
    const found: Configuration[] = [];
    for (let index = first; index < end; index++) {
      const configuration = given[index] ?? next(settings, random.split(index), index, { known, found, tried });
      tried.add(identityOf(configuration));
      found.push(configuration);
    }
    yield found;
    first = end;
  }
}

/** What a configuration is found by. */
interface Search {
  readonly known: readonly Scored[];
  /** Of the same round. */
  readonly found: readonly Configuration[];
  readonly tried: ReadonlySet<string>;
}

/** One that was not tried before. */
function next(
  { method, space, startup }: SweepSettings,
  random: Random,
  index: number,
  { known, found, tried }: Search,
): Configuration {
  if (method === 'grid') return gridAt(space, index);
  const size = spaceSize(space);
  for (let attempt = 0; attempt < REDRAWS || size === Infinity; attempt++) {
    const stream = random.split(attempt);
    const configuration =
      method === 'tpe' && known.length >= startup
        ? proposeByTpe(space, known, stream, found)
        : drawConfiguration(space, stream);
    if (!tried.has(identityOf(configuration))) return configuration;
  }
  // Most of a small space was tried; no more are asked for than there are.
  let place = 0;
  while (tried.has(identityOf(gridAt(space, place)))) place++;
  return gridAt(space, place);
}
