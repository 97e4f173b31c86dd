import { InputError, showValue } from '@unbraid/checks';
import type { Box, Space } from '@unbraid/sim-env';
import { type ChoiceSpace, categorical } from './categorical.ts';
import type { Distribution, DistributionName } from './distribution.ts';
import { gaussian } from './gaussian.ts';
import { greedy } from './greedy.ts';
import { squashedGaussian } from './squashed-gaussian.ts';

/**
 * The distribution of a name over a space, by default the one that PPO takes: categorical over choices, Gaussian over a Box.
 * @throws {InputError} `setting`, for an action space that it isn't for
 */
export function distributionFor<A extends Space>(
  space: A,
  name: DistributionName = space.type === 'Box' ? 'gaussian' : 'categorical',
): Distribution<A> {
  return make(space, name) as unknown as Distribution<A>;
}

function make(space: Space, name: DistributionName): unknown {
  if (name === 'categorical' && isChoice(space)) return categorical(space);
  if (name === 'gaussian' && isBox(space)) return gaussian(space);
  if (name === 'squashed-gaussian' && isBox(space)) return squashedGaussian(space);
  if (name === 'greedy' && space.type === 'Discrete') return greedy(space);
  const takes = takenBy[name];
  throw new InputError(
    'setting',
    `learners: the action space is of type ${showValue(space.type)}, and ${name} takes ${takes}; wrap the environment so that its actions are such`,
  );
}

const takenBy: Readonly<Record<DistributionName, string>> = {
  categorical: 'Discrete, MultiDiscrete or MultiBinary',
  greedy: 'Discrete',
  gaussian: 'a Box',
  'squashed-gaussian': 'a Box',
};

const isBox = (space: Space): space is Box => space.type === 'Box';
const isChoice = (space: Space): space is ChoiceSpace =>
  ['Discrete', 'MultiDiscrete', 'MultiBinary'].includes(space.type);
