import { byAgent } from '../agents/by-agent.ts';
import type { ParallelEnv } from '../agents/parallel-env.ts';
import type { AgentSpaces, AgentsFactory } from '../agents/seats.ts';
import type { TurnEnv } from '../agents/turn-env.ts';
import type { EnvOptions } from '../env/generate-env.ts';
import { EnvError } from '../env-error.ts';
import type { MakeEnv } from '../registry.ts';
import { acceptorOf } from '../spaces/accept.ts';
import { batch, batchSpace, elementOf } from '../spaces/batch.ts';
import type { Space } from '../spaces/index.ts';
import type { AgentsTold, Replies } from './protocol.ts';
import { frameKind, makersOf } from './served-env.ts';

/** A served environment of several agents. Observations and actions are batches of one, so that they travel as those of other groups do. */
export interface AgentsGroup {
  readonly env: ParallelEnv | TurnEnv;
  reset(seed: number | undefined, options: unknown): AgentsTold;
  /** One action for each agent that acts; null of one in turn whose episode has ended. */
  step(actions: Readonly<Record<string, unknown>>): AgentsTold;
  /** @throws EnvError where agents act at the same time, and so are shown what they observe */
  observe(agent: string): unknown;
  state(): unknown;
  close(): void;
}

/** What serves an environment of `maker`. */
export function agentsGroupOf(
  name: string,
  maker: AgentsFactory<unknown>,
  options: Omit<EnvOptions, 'suspension'>,
): AgentsGroup {
  const env = makersOf<unknown>(maker as MakeEnv, 1, options)[0]!();
  return maker.kind === 'parallel' ? parallelGroup(name, env as ParallelEnv) : turnsGroup(name, env as TurnEnv);
}

/** What its client is told of it. */
export function describeAgents(
  group: number,
  { env }: AgentsGroup,
  maker: AgentsFactory<unknown>,
): Replies['make-agents'] {
  const { possibleAgents, stateSpace } = env;
  return {
    group,
    kind: maker.kind,
    possibleAgents,
    observationSpaces: byAgent(possibleAgents, (agent) => env.observationSpace(agent).toJSON()),
    actionSpaces: byAgent(possibleAgents, (agent) => env.actionSpace(agent).toJSON()),
    stateSpace: stateSpace?.toJSON() ?? null,
    frames: frameKind(maker as MakeEnv) ?? null,
  };
}

/** Serves an environment whose agents act at the same time. */
function parallelGroup(name: string, env: ParallelEnv): AgentsGroup {
  const decode = decoderOf(name, env);
  const told = (
    [observations, infos]: ReturnType<ParallelEnv['reset']>,
    ends: Pick<AgentsTold, 'rewards' | 'terminations' | 'truncations'>,
  ): AgentsTold => ({
    agents: env.agents,
    observations: encoded(env, observations),
    ...ends,
    infos: speaking(infos),
  });
  return {
    ...shared(env),
    reset: (seed, options) => told(env.reset(given(seed, options)), { rewards: {}, terminations: {}, truncations: {} }),
    step(actions) {
      const decoded = Object.entries(actions).map(([agent, action]) => [agent, decode(agent, action)] as const);
      const [observations, rewards, terminations, truncations, infos] = env.step(Object.fromEntries(decoded));
      return told([observations, infos], { rewards, terminations, truncations });
    },
    observe() {
      throw new EnvError(
        'setting',
        `sim-env: ${name}: its agents act at the same time, and each step says what they observe`,
      );
    },
  };
}

/** Serves an environment whose agents act in turn. */
export function turnsGroup(name: string, env: TurnEnv): AgentsGroup {
  const decode = decoderOf(name, env);
  function told(): AgentsTold {
    const agent = env.agentSelection;
    return {
      agents: env.agents,
      selection: agent ?? null,
      observations: agent === undefined ? {} : encoded(env, { [agent]: env.last()[0] }),
      rewards: env.rewards,
      cumulativeRewards: env.cumulativeRewards,
      terminations: env.terminations,
      truncations: env.truncations,
      infos: speaking(env.infos),
    };
  }
  return {
    ...shared(env),
    reset(seed, options) {
      env.reset(given(seed, options));
      return told();
    },
    step(actions) {
      const turn = env.agentSelection;
      const [[agent, action] = ['nobody', null], ...others] = Object.entries(actions);
      if (turn !== undefined && (agent !== turn || others.length > 0)) {
        const who = [agent, ...others.map(([other]) => other)].join(', ');
        throw new EnvError('data', `sim-env: ${name}: it is the turn of ${turn}, and ${who} acts`);
      }
      env.step(action === null ? undefined : decode(agent, action));
      return told();
    },
    observe: (agent) => batch(env.observationSpace(agent), [env.observe(agent)]),
  };
}

const shared = (env: ParallelEnv | TurnEnv) => ({
  env,
  state: () => batch(env.stateSpace!, [env.state()]),
  close: () => env.close(),
});

const given = (seed: number | undefined, options: unknown) => ({
  ...(seed !== undefined && { seed }),
  options: options ?? undefined,
});

const encoded = (env: AgentSpaces, observations: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(observations).map(([agent, one]) => [agent, batch(env.observationSpace(agent), [one])]),
  );

/** Only infos that say something. */
const speaking = (infos: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(infos).filter(([, info]) => Object.keys(info).length > 0));

/** What takes an agent's action out of a batch of one. @throws EnvError for a name that no agent has, and what is no such batch */
function decoderOf(name: string, env: AgentSpaces): (agent: string, action: unknown) => unknown {
  const known = new Map<string, { readonly space: Space; accept(action: unknown): unknown }>();
  return (agent, action) => {
    let entry = known.get(agent);
    if (entry === undefined) {
      const space = env.actionSpace(agent);
      entry = { space, accept: acceptorOf(batchSpace(space, 1), `${name}: the action of ${agent} is`) };
      known.set(agent, entry);
    }
    return elementOf(entry.space, entry.accept(action), 0);
  };
}
