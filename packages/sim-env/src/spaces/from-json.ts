import { box } from './box.ts';
import { describeValue } from './describe-value.ts';
import type { SpaceDescription } from './description.ts';
import { dict } from './dict.ts';
import { discrete } from './discrete.ts';
import { checkDtype } from './dtype.ts';
import { multiBinary } from './multi-binary.ts';
import { multiDiscrete } from './multi-discrete.ts';
import type { Space } from './space.ts';
import { text } from './text.ts';
import { tuple } from './tuple.ts';

/**
 * The space that `toJSON` described.
 *
 * @throws RangeError for a description of no space
 */
export function spaceFromJson(description: SpaceDescription): Space {
  switch (description.type) {
    case 'Box': {
      const { shape, dtype } = description;
      checkDtype('box', dtype);
      return box({ low: numbers(description.low), high: numbers(description.high), shape, dtype });
    }
    case 'Discrete':
      return discrete(description.n, { start: description.start });
    case 'MultiDiscrete':
      return multiDiscrete(description.nvec, description.start === undefined ? {} : { start: description.start });
    case 'MultiBinary':
      return multiBinary(description.n);
    case 'Text':
      return text(description.max_length, { minLength: description.min_length, charset: description.charset });
    case 'Tuple':
      return tuple(description.spaces.map(spaceFromJson));
    case 'Dict':
      return dict(
        Object.fromEntries(Object.entries(description.spaces).map(([key, space]) => [key, spaceFromJson(space)])),
      );
    default:
      throw new RangeError(
        `sim-env: there is no space of type ${describeValue((description as { type: unknown }).type)}`,
      );
  }
}

const numbers = (limits: number | string | readonly (number | string)[]): number | number[] =>
  typeof limits === 'object' ? limits.map(Number) : Number(limits);
