import { EnvError } from '../env-error.ts';
import { checkSettings, flag } from '../settings.ts';
import { type Batched, batch, countOf, elementOf } from './batch.ts';
import { isNone } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { type MaskLike, sequenceMask } from './mask.ts';
import { createSampler, seedParts } from './sampler.ts';
import { checkSpace, type Space, type Value } from './space.ts';
import type { SpaceOf } from './space-of.ts';

/** Any number of elements of one space. */
export interface Sequence<S extends Space = Space, Stacked extends boolean = boolean>
  extends SpaceOf<SequenceValue<S, Stacked>> {
  readonly type: 'Sequence';
  readonly space: S;
  /** Whether elements stand together as `batch` makes them, and not in a list. */
  readonly stack: Stacked;
}

/** Elements of a Sequence. */
export type SequenceValue<S extends Space, Stacked extends boolean> = Space extends S
  ? unknown
  : Stacked extends true
    ? Batched<S>
    : readonly Value<S>[];

/** What `sequence` takes beside its space. */
export interface SequenceOptions<Stacked extends boolean> {
  /** Default false. */
  readonly stack?: Stacked;
}

/** How likely a sample's sequence ends after each element: Gymnasium's choice, by which samples have 4 elements on average. */
const END = 0.25;

/** @throws EnvError for what is no space, and for a stacked space without entries, whose elements cannot be counted */
export function sequence<S extends Space, Stacked extends boolean = false>(
  space: S,
  options: SequenceOptions<Stacked> = {},
): Sequence<S, Stacked> {
  checkSettings('sequence', options, { stack: flag });
  checkSpace('sequence: the space', space);
  const stack = options.stack ?? (false as Stacked);
  if (stack && countOf(space, batch(space, [])) === undefined) {
    throw new EnvError('setting', `sim-env: sequence: a ${space.type} without entries cannot be stacked`);
  }
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    const count = stack ? countOf(space, value) : Array.isArray(value) ? value.length : undefined;
    if (count === undefined)
      return `expected ${stack ? 'elements that are stacked' : 'an array'}, got ${describeValue(value)}`;
    for (let i = 0; i < count; i++) {
      const wrong = space.violation(stack ? elementOf(space, value, i) : (value as unknown[])[i]);
      if (wrong !== undefined) return `element ${i}: ${wrong}`;
    }
    return undefined;
  }

  function sample(given: MaskLike): SequenceValue<S, Stacked> {
    const [lengths, mask] = isNone(given) ? [null, null] : sequenceMask(space, given, 'sequence: sample');
    const count =
      lengths === null
        ? Math.max(1, Math.ceil(Math.log(1 - random().next()) / Math.log(1 - END)))
        : (lengths[random().int(lengths.length)] ?? 0);
    const elements = Array.from({ length: count }, () => space.sample(mask));
    return (stack ? batch(space, elements) : elements) as SequenceValue<S, Stacked>;
  }

  return {
    type: 'Sequence',
    space,
    stack,
    sample,
    seed(own) {
      seed(own);
      seedParts([space], own);
    },
    violation,
    contains: (value): value is SequenceValue<S, Stacked> => violation(value) === undefined,
    toJSON: () => ({ type: 'Sequence', space: space.toJSON(), stack }),
  };
}
