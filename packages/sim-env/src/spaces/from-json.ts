import { EnvError } from '../env-error.ts';
import { anything, checkSettings, flag, list, object, positive, type Rules, required, words } from '../settings.ts';
import { type BoxLimit, box, sizeOf } from './box.ts';
import { describeValue } from './describe-value.ts';
import type { SpaceDescription } from './description.ts';
import { dict } from './dict.ts';
import { discrete } from './discrete.ts';
import { arrayBytes, checkDtype, type Dtype, type IntegerDtype } from './dtype.ts';
import { graph } from './graph.ts';
import { multiBinary } from './multi-binary.ts';
import { multiDiscrete } from './multi-discrete.ts';
import { oneOf } from './one-of.ts';
import { sequence } from './sequence.ts';
import type { Space } from './space.ts';
import { text } from './text.ts';
import { tuple } from './tuple.ts';

/** What `spaceFromJson` may be told. */
export interface FromJsonOptions {
  /** Most bytes that the limits of all Boxes together may take, since a short description can ask for much; default 2²⁵. */
  readonly maxBytes?: number;
}

/** Composites in one another. */
const DEEPEST = 32;

const rules: Readonly<Record<string, Rules>> = {
  Box: { low: required(anything), high: required(anything), shape: required(list), dtype: required(words) },
  Discrete: { n: required(anything), start: anything },
  MultiDiscrete: { nvec: required(anything), start: anything, dtype: words },
  MultiBinary: { n: required(anything) },
  Text: { min_length: required(anything), max_length: required(anything), charset: required(words) },
  Tuple: { spaces: required(list) },
  Dict: { spaces: required(object) },
  OneOf: { spaces: required(list) },
  Sequence: { space: required(object), stack: flag },
  Graph: { node_space: required(object), edge_space: anything },
};

/**
 * The space that `toJSON` described.
 *
 * @throws EnvError for a description of no space, or of one that takes more than `maxBytes`
 */
export function spaceFromJson(description: SpaceDescription, options: FromJsonOptions = {}): Space {
  checkSettings('spaceFromJson', options, { maxBytes: positive });
  const { maxBytes = 2 ** 25 } = options;
  let left = maxBytes;
  return read(description, 0);

  function read(given: unknown, depth: number): Space {
    checkForm(given, depth);
    switch (given.type) {
      case 'Box': {
        const { shape, dtype } = given;
        checkDtype('box', dtype);
        left -= 2 * sizeOf(shape) * arrayBytes(dtype as Dtype);
        if (left < 0) {
          throw new EnvError(
            'limit',
            `sim-env: spaceFromJson: limits of Boxes take more than ${maxBytes} bytes; maxBytes lets them`,
          );
        }
        return box({ low: limits(given.low), high: limits(given.high), shape, dtype: dtype as Dtype });
      }
      case 'Discrete':
        return discrete(given.n, given.start === undefined ? {} : { start: given.start });
      case 'MultiDiscrete':
        return multiDiscrete(given.nvec, {
          ...(given.start !== undefined && given.start !== null && { start: given.start }),
          ...(given.dtype !== undefined && { dtype: given.dtype as IntegerDtype }),
        });
      case 'MultiBinary':
        return multiBinary(given.n);
      case 'Text':
        return text(given.max_length, { minLength: given.min_length, charset: given.charset });
      case 'Tuple':
        return tuple(given.spaces.map((part) => read(part, depth + 1)));
      case 'OneOf':
        return oneOf(given.spaces.map((part) => read(part, depth + 1)));
      case 'Sequence':
        return sequence(read(given.space, depth + 1), { stack: given.stack ?? false });
      case 'Graph':
        return graph(
          read(given.node_space, depth + 1),
          given.edge_space === null || given.edge_space === undefined ? null : read(given.edge_space, depth + 1),
        );
      default:
        return dict(
          Object.fromEntries(Object.entries(given.spaces).map(([key, part]) => [key, read(part, depth + 1)])),
        );
    }
  }
}

function checkForm(given: unknown, depth: number): asserts given is SpaceDescription {
  if (typeof given !== 'object' || given === null) {
    throw new EnvError('setting', `sim-env: spaceFromJson: a description is an object, got ${describeValue(given)}`);
  }
  if (depth > DEEPEST)
    throw new EnvError('limit', `sim-env: spaceFromJson: more than ${DEEPEST} spaces in one another`);
  const { type, ...rest } = given as { readonly type?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(rules, type)) {
    throw new EnvError('setting', `sim-env: there is no space of type ${describeValue(type)}`);
  }
  checkSettings(`spaceFromJson: ${type}`, rest, rules[type]!);
}

/** Limits of a Box: JSON has texts for infinities and large integers. */
function limits(given: unknown): BoxLimit {
  return Array.isArray(given) ? (given.map(limit) as number[]) : limit(given);
}

function limit(given: unknown): number | bigint {
  if (typeof given === 'number') return given;
  if (given === 'Infinity' || given === '-Infinity') return Number(given);
  if (typeof given === 'string' && /^-?\d{1,20}$/.test(given)) return BigInt(given);
  throw new EnvError(
    'setting',
    `sim-env: box: a limit is a number, "Infinity", "-Infinity" or the digits of a large integer, got ${describeValue(given)}`,
  );
}
