import type { ParallelEnv } from './agents/parallel-env.ts';
import type { AgentsOptions } from './agents/seats.ts';
import type { TurnEnv } from './agents/turn-env.ts';
import { type ArgumentRules, checkArgumentRules, completeArguments } from './env/arguments.ts';
import type { Env } from './env/env.ts';
import type { EnvOptions } from './env/generate-env.ts';
import { EnvError } from './env-error.ts';
import { type EnvKind, kindOfEnv } from './env-kind.ts';

/** Makes an environment; what `generateEnv`, `generateParallelEnv` and `generateTurnEnv` return is one. */
export type MakeEnv = (options?: EnvOptions) => unknown;

/** Environments by id, as Gymnasium has them: `Pension-v0`, or `unbraid/Pension-v0`. */
export interface EnvRegistry {
  /**
   * What `generateEnv` returns knows its own arguments. For a maker of one's own, `rules` says what its `options.arguments` may be: it gets all of them, checked.
   * @throws EnvError for an id that is taken or ill-formed, and for rules that make no sense
   */
  register(id: string, make: MakeEnv, rules?: ArgumentRules): void;
  /** An environment of one agent. @throws EnvError naming the ids that there are, and for one of several agents */
  make(id: string, options?: EnvOptions): Env;
  /** One whose agents act at the same time. @throws EnvError naming the ids that there are, and for one of another kind */
  makeParallel(id: string, options?: AgentsOptions): ParallelEnv;
  /** One whose agents act in turn. @throws EnvError naming the ids that there are, and for one of another kind */
  makeTurns(id: string, options?: AgentsOptions): TurnEnv;
  /** What makes the environment of an id. @throws EnvError naming the ids that there are */
  maker(id: string): MakeEnv;
  /** Of all environments, or of those of one kind. */
  ids(kind?: EnvKind): readonly string[];
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

  function makerOfKind(id: string, kind: EnvKind): MakeEnv {
    const make = makerOf(id);
    const own = kindOfEnv(make);
    if (own === kind) return make;
    throw new EnvError('setting', `sim-env: ${id} is an environment of ${WHO[own]}; make it by ${HOW[own]}`);
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
      const env = makerOfKind(id, 'single')(options) as Env;
      return { ...env, spec: { ...env.spec, id } };
    },
    makeParallel: (id, options) => makerOfKind(id, 'parallel')(options) as ParallelEnv,
    makeTurns: (id, options) => makerOfKind(id, 'turns')(options) as TurnEnv,
    maker: makerOf,
    ids: (kind) => [...makers].flatMap(([id, make]) => (kind === undefined || kindOfEnv(make) === kind ? [id] : [])),
  };
}

const WHO = {
  single: 'one agent',
  parallel: 'several agents that act at the same time',
  turns: 'several agents that act in turn',
} as const;

const HOW = { single: 'make', parallel: 'makeParallel', turns: 'makeTurns' } as const;

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
