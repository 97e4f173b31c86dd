import type { Env } from './env/env.ts';
import type { EnvOptions } from './env/generate-env.ts';

/** Makes an environment; what `generateEnv` returns is one. */
export type MakeEnv = (options?: EnvOptions) => unknown;

/** Environments by id, as Gymnasium has them: `Pension-v0`, or `unbraid/Pension-v0`. */
export interface EnvRegistry {
  /** @throws Error for an id that is taken or ill-formed */
  register(id: string, make: MakeEnv): void;
  /** @throws Error naming the ids that there are */
  make(id: string, options?: EnvOptions): Env;
  ids(): readonly string[];
}

export function createEnvRegistry(): EnvRegistry {
  const makers = new Map<string, MakeEnv>();
  return {
    register(id, make) {
      if (!/^(?:[\w.-]+\/)?[\w.-]+-v\d+$/.test(id)) {
        throw new Error(`sim-env: "${id}" is no id of an environment; write it as Name-v0 or namespace/Name-v0`);
      }
      if (makers.has(id)) throw new Error(`sim-env: the id ${id} is registered twice`);
      makers.set(id, make);
    },
    make(id, options) {
      const make = makers.get(id);
      if (make === undefined) {
        throw new Error(
          `sim-env: there is no environment ${id}; registered: ${[...makers.keys()].join(', ') || 'none'}`,
        );
      }
      const env = make(options) as Env;
      return { ...env, spec: { ...env.spec, id } };
    },
    ids: () => [...makers.keys()],
  };
}
