import type { AgentsFactory } from './agents/seats.ts';
import type { EnvFactory } from './env/generate-env.ts';

/** Who acts in an environment: one agent, several at the same time, or several in turn. */
export type EnvKind = 'single' | 'parallel' | 'turns';

/** What `generateEnv`, `generateParallelEnv` or `generateTurnEnv` returns. */
export type AnyFactory = EnvFactory | AgentsFactory<unknown>;

/** Whether a value is what makes environments of a definition; not one that makes them in wrappers. */
export const isFactory = (value: unknown): value is AnyFactory =>
  typeof value === 'function' && 'definition' in value && 'play' in value;

/** Whether a value makes environments of several agents. */
export const isAgentsFactory = (value: unknown): value is AgentsFactory<unknown> => isFactory(value) && 'kind' in value;

/** Of what makes environments; of one that wraps another nothing is known but that it has one agent. */
export const kindOfEnv = (make: unknown): EnvKind => (isAgentsFactory(make) ? make.kind : 'single');
