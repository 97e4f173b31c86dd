import { type ArgumentRules, checkArgumentRules, completeArguments } from './env/arguments.ts';
import type { Env } from './env/env.ts';
import type { EnvOptions } from './env/generate-env.ts';
import { EnvError } from './env-error.ts';

/** Makes an environment; what `generateEnv` returns is one. */
export type MakeEnv = (options?: EnvOptions) => unknown;

/** Environments by id, as Gymnasium has them: `Pension-v0`, or `unbraid/Pension-v0`. */
export interface EnvRegistry {
  /**
   * What `generateEnv` returns knows its own arguments. For a maker of one's own, `rules` says what its `options.arguments` may be: it gets all of them, checked.
   * @throws EnvError for an id that is taken or ill-formed, and for rules that make no sense
   */
  register(id: string, make: MakeEnv, rules?: ArgumentRules): void;
  /** @throws EnvError naming the ids that there are */
  make(id: string, options?: EnvOptions): Env;
  /** What makes the environment of an id. @throws EnvError naming the ids that there are */
  maker(id: string): MakeEnv;
  ids(): readonly string[];
}

/** A registry of environments by their ids. */
export function createEnvRegistry(): EnvRegistry {
  const makers = new Map<string, MakeEnv>();

  function makerOf(id: string): MakeEnv {
    const make = makers.get(id);
    if (make !== undefined) return make;
    throw new EnvError(
      'setting',
      `sim-env: there is no environment ${id}; registered: ${[...makers.keys()].join(', ') || 'none'}`,
    );
  }

  return {
    register(id, make, rules) {
      if (!isId(id)) {
        throw new EnvError(
          'setting',
          `sim-env: "${id}" is no id of an environment; write it as Name-v0 or namespace/Name-v0`,
        );
      }
      if (makers.has(id)) throw new EnvError('setting', `sim-env: the id ${id} is registered twice`);
      makers.set(id, rules === undefined ? make : checking(id, make, rules));
    },
    make(id, options) {
      const env = makerOf(id)(options) as Env;
      return { ...env, spec: { ...env.spec, id } };
    },
    maker: makerOf,
    ids: () => [...makers.keys()],
  };
}

/** `Name-v0` or `namespace/Name-v0`. */
function isId(id: string): boolean {
  const version = id.lastIndexOf('-v');
  const hasName = version > 0 && id[version - 1] !== '/';
  return hasName && /^[\w.-]+(?:\/[\w.-]+)?$/.test(id) && /^\d+$/.test(id.slice(version + 2));
}

/** A maker whose arguments are checked before it is called, and complete. */
function checking(id: string, make: MakeEnv, rules: ArgumentRules): MakeEnv {
  checkArgumentRules(id, rules);
  return (options) => make({ ...options, arguments: completeArguments(id, rules, options?.arguments) });
}
