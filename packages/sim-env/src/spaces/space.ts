import { EnvError } from '../env-error.ts';
import type { Box } from './box.ts';
import { describeValue } from './describe-value.ts';
import type { Dict } from './dict.ts';
import type { Discrete } from './discrete.ts';
import type { Graph } from './graph.ts';
import type { MultiBinary } from './multi-binary.ts';
import type { MultiDiscrete } from './multi-discrete.ts';
import type { OneOf } from './one-of.ts';
import type { Sequence } from './sequence.ts';
import type { SpaceOf } from './space-of.ts';
import type { Text } from './text.ts';
import type { Tuple } from './tuple.ts';

/** Any space; its `type` tells which. */
export type Space = Box | Discrete | MultiDiscrete | MultiBinary | Text | Tuple | Dict | OneOf | Sequence | Graph;

/** The type of a space's elements. */
export type Value<S> = S extends SpaceOf<infer T> ? T : never;

/** @throws EnvError for what is no space */
export function checkSpace(where: string, value: unknown): void {
  const given = value as Partial<Space> | null | undefined;
  if (typeof given === 'object' && typeof given?.violation === 'function' && typeof given.type === 'string') return;
  throw new EnvError('setting', `sim-env: ${where} is no space, but ${describeValue(value)}`);
}
