import type { Env } from '../env/env.ts';
import type { EnvOptions } from '../env/generate-env.ts';
import type { Suspension } from '../env/stage.ts';
import { type AnyFactory, isFactory } from '../env-kind.ts';
import { DEFAULT_POLLS } from '../node/handover.ts';
import { blocking } from '../node/index.ts';
import type { MakeEnv } from '../registry.ts';

/** How often either side of a blocking environment looks before it sleeps, when it has a core for itself and when it has not. */
const POLLS = { alone: DEFAULT_POLLS, together: 50 };

/**
 * Makers of `count` environments. A model whose `run` is a generator is suspended where it is; any other, unchanged, in a thread of its
 * own. What is no environment of `generateEnv`, such as one in wrappers, makes itself.
 */
export function makersOf<E = Env>(
  make: MakeEnv,
  count: number,
  given: Omit<EnvOptions, 'suspension'> = {},
): (() => E)[] {
  const suspension = isFactory(make) ? suspensionOf(make, count) : undefined;
  const options = { ...given, ...(suspension !== undefined && { suspension }) };
  return Array.from({ length: count }, () => () => make(options) as E);
}

/** The environment's own limit of steps, if it has one. */
export function limitOf(make: MakeEnv): number | undefined {
  if (isFactory(make)) return make.definition.maxEpisodeSteps;
  try {
    const env = make() as Env;
    env.close();
    return env.spec.maxEpisodeSteps;
  } catch {
    // Whoever asks for it hears why it cannot be made.
    return undefined;
  }
}

/** Whether environments have threads of their own: plain models do. */
export const needsThreads = (make: MakeEnv): boolean => isFactory(make) && !isGenerator(make);

const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;

const isGenerator = (factory: AnyFactory) => factory.play.simulation().run instanceof GeneratorFunction;

function suspensionOf(factory: AnyFactory, count: number): Suspension | undefined {
  if (isGenerator(factory)) return undefined;
  return blocking({ polls: count === 1 ? POLLS.alone : POLLS.together });
}

/** What an environment draws: text, an image, or nothing. Finds out by drawing its beginning. */
export function frameKind(make: MakeEnv): 'text' | 'image' | undefined {
  if (!isFactory(make) || make.play.render === undefined) return undefined;
  const env = makersOf(make, 1)[0]!();
  try {
    env.reset({ seed: 0 });
    return typeof env.render() === 'string' ? 'text' : 'image';
  } finally {
    env.close();
  }
}
