import type { EnvOptions } from '../env/generate-env.ts';
import { EnvError } from '../env-error.ts';
import { isAgentsFactory, kindOfEnv } from '../env-kind.ts';
import { type ThreadDefaults, withThreads } from '../node/thread-defaults.ts';
import type { EnvRegistry, MakeEnv } from '../registry.ts';
import { batch } from '../spaces/batch.ts';
import { type VectorEnv, vectorEnv } from '../vector/vector-env.ts';
import { VectorError, type VectorResults } from '../vector/vector-error.ts';
import { type AgentsGroup, agentsGroupOf, describeAgents } from './agents-group.ts';
import { defaultLimits, type Limits } from './limits.ts';
import {
  type ErrorReply,
  idOf,
  parseRequest,
  type Replies,
  type Request,
  type RequestOf,
  type SparseInfos,
} from './protocol.ts';
import { createRestorable, type Restorable } from './restorable.ts';
import { frameKind, limitOf, makersOf, needsThreads } from './served-env.ts';
import { createShares } from './shares.ts';
import { decodeMessage, encodeMessage, MessageError } from './wire.ts';

/** One client's environments. */
export interface Session {
  /** The reply to a message, whatever the message is. */
  answer(message: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Closes all environments. */
  close(): void;
}

/** @param environments how many the client may have at a time */
export function createSession(
  catalogue: EnvRegistry,
  environments: number,
  limits: Pick<Limits, 'memoryMegabytes' | 'modelSeconds' | 'startSeconds'> = defaultLimits,
  threadMakers: Pick<ThreadDefaults, 'starter' | 'locator'> = {},
): Session {
  const shares = createShares(limits.memoryMegabytes);
  const groups = new Map<number, VectorEnv>();
  const agentGroups = new Map<number, AgentsGroup>();
  /** Of groups of one. */
  const restorables = new WeakMap<VectorEnv, Restorable>();
  let made = 0;

  function foundIn<G>(those: ReadonlyMap<number, G>, { group }: { readonly group: number }): G {
    const found = those.get(group);
    if (found !== undefined) return found;
    const [one, other] = ['', '-agents'].map((ending) => `reset${ending} and step${ending}`);
    if (groups.has(group)) throw new MessageError(`sim-env: group ${group} has one agent each: it takes ${one}`);
    if (agentGroups.has(group)) throw new MessageError(`sim-env: group ${group} has several agents: it takes ${other}`);
    throw new MessageError(`sim-env: there is no group ${group}, or it is closed`);
  }

  const groupOf = (request: { readonly group: number }) => foundIn(groups, request);
  const agentsOf = (request: { readonly group: number }) => foundIn(agentGroups, request);

  function make({ env, count, autoreset, onError, ...given }: RequestOf<'make'>): Replies['make'] {
    const maker = catalogue.maker(env);
    if (isAgentsFactory(maker)) {
      throw new EnvError(
        'setting',
        `sim-env: ${env} has several agents: make it by make-agents (in Python ${IN_PYTHON[maker.kind]})`,
      );
    }
    return making(groups, env, { count, ...given }, (options) => {
      const makers = makersOf(maker, count, options);
      const restorable = count === 1 ? createRestorable(makers[0]!) : undefined;
      const group = vectorEnv(restorable === undefined ? makers : [restorable.make], { autoreset, onError });
      if (restorable !== undefined) restorables.set(group, restorable);
      return { group, describe: (number) => describe(number, group, maker) };
    });
  }

  function makeAgents({ env, ...given }: RequestOf<'make-agents'>): Replies['make-agents'] {
    const maker = catalogue.maker(env);
    if (!isAgentsFactory(maker))
      throw new EnvError('setting', `sim-env: ${env} has one agent: make it by make (in Python gymnasium.make)`);
    return making(agentGroups, env, { count: 1, ...given }, (options) => {
      const group = agentsGroupOf(env, maker, options);
      return { group, describe: (number) => describeAgents(number, group, maker) };
    });
  }

  /** Makes a group of environments with what threads they need; where that fails nothing of it is left. */
  function making<G extends { close(): void }, R>(
    into: Map<number, G>,
    env: string,
    { count, maxEpisodeSteps, arguments: given }: Pick<RequestOf<'make'>, 'count' | 'maxEpisodeSteps' | 'arguments'>,
    build: (options: Omit<EnvOptions, 'suspension'>) => { readonly group: G; describe(number: number): R },
  ): R {
    const open = agentGroups.size + [...groups.values()].reduce((sum, { numEnvs }) => sum + numEnvs, 0);
    if (open + count > environments) {
      throw new EnvError(
        'limit',
        `sim-env: ${count} environments asked for, ${open} open; a client may have ${environments} at a time`,
      );
    }
    const number = ++made;
    const threads: ThreadDefaults = {
      timeout: 1000 * limits.modelSeconds,
      startTimeout: 1000 * limits.startSeconds,
      memoryMegabytes: needsThreads(catalogue.maker(env)) ? shares.take(number, count) : shares.offer(count),
      print: 'stderr',
      ...threadMakers,
    };
    try {
      return withThreads(threads, () => {
        const limit = maxEpisodeSteps === null ? Number.POSITIVE_INFINITY : maxEpisodeSteps;
        const { group, describe } = build({ maxEpisodeSteps: limit, arguments: given });
        into.set(number, group);
        return describe(number);
      });
    } catch (error) {
      into.get(number)?.close();
      into.delete(number);
      shares.giveBack(number);
      throw error;
    }
  }

  function describe(number: number, group: VectorEnv, maker: MakeEnv): Replies['make'] {
    return {
      group: number,
      observationSpace: group.singleObservationSpace.toJSON(),
      actionSpace: group.singleActionSpace.toJSON(),
      maxEpisodeSteps: finite(group.spec.maxEpisodeSteps),
      frames: frameKind(maker) ?? null,
    };
  }

  function reset(request: RequestOf<'reset'>): Replies['reset'] {
    const { seed, options, optionsOfEach, mask } = request;
    const group = groupOf(request);
    const seeds = Array.isArray(seed) ? seed.map((one) => one ?? undefined) : seed;
    const [observations, infos] = group.reset({
      ...(seeds !== undefined && { seed: seeds }),
      options: options ?? undefined,
      ...(optionsOfEach !== undefined && { optionsOfEach: optionsOfEach.map((one) => one ?? undefined) }),
      ...(mask !== undefined && { resetMask: mask }),
    });
    return { observations, infos: sparse(group, infos) };
  }

  function restorableOf(group: VectorEnv): Restorable {
    const found = restorables.get(group);
    if (found !== undefined) return found;
    throw new EnvError(
      'setting',
      `sim-env: ${group.spec.id}: snapshots are of single environments, and this is a group of ${group.numEnvs}`,
    );
  }

  function restore(request: RequestOf<'restore'>): Replies['restore'] {
    const group = groupOf(request);
    const { snapshot } = request;
    if (!(snapshot instanceof Uint8Array))
      throw new MessageError('sim-env: restore: the snapshot is no array of uint8');
    const [observations, infos] = restorableOf(group).restore(group, snapshot);
    return { observations, infos: sparse(group, infos) };
  }

  function step(request: RequestOf<'step'>): Replies['step'] {
    const group = groupOf(request);
    return stepReply(group, group.step(request.actions));
  }

  function close(request: RequestOf<'close'>): Replies['close'] {
    const group = agentGroups.get(request.group) ?? groupOf(request);
    groups.delete(request.group);
    agentGroups.delete(request.group);
    shares.giveBack(request.group);
    group.close();
    return {};
  }

  function render(request: RequestOf<'render'>): Replies['render'] {
    const agents = agentGroups.get(request.group);
    return { frames: agents === undefined ? groupOf(request).render() : [agents.env.render()] };
  }

  function fulfil(request: Request): Replies[keyof Replies] {
    switch (request.do) {
      case 'list':
        return {
          environments: catalogue.ids(),
          maxEpisodeSteps: catalogue.ids().map((id) => finite(limitOf(catalogue.maker(id)))),
          kinds: catalogue.ids().map((id) => kindOfEnv(catalogue.maker(id))),
        };
      case 'make':
        return make(request);
      case 'reset':
        return reset(request);
      case 'step':
        return step(request);
      case 'snapshot':
        return { snapshot: restorableOf(groupOf(request)).snapshot() };
      case 'restore':
        return restore(request);
      case 'make-agents':
        return makeAgents(request);
      case 'reset-agents':
        return agentsOf(request).reset(request.seed, request.options);
      case 'step-agents':
        return agentsOf(request).step(request.actions);
      case 'observe':
        return { observation: agentsOf(request).observe(request.agent) };
      case 'state':
        return { state: agentsOf(request).state() };
      case 'render':
        return render(request);
      default:
        return close(request);
    }
  }

  const groupIn = (message: unknown) => groups.get((message as { group?: number } | undefined)?.group ?? 0);

  return {
    answer(bytes) {
      let message: unknown;
      try {
        message = decodeMessage(bytes);
        const request = parseRequest(message);
        return encodeMessage({ id: request.id, ...fulfil(request) });
      } catch (error) {
        return encodeMessage(errorReply(idOf(message), error, groupIn(message)));
      }
    },
    close() {
      for (const group of [...groups.values(), ...agentGroups.values()]) group.close();
      groups.clear();
      agentGroups.clear();
    },
  };
}

const IN_PYTHON = { parallel: 'unbraid_gym.parallel_env', turns: 'unbraid_gym.aec_env' } as const;

/** Only infos that say something; a last observation as the batch that clients can read. */
function sparse({ singleObservationSpace }: VectorEnv, infos: readonly object[]): SparseInfos {
  const said: [number, object][] = [];
  for (let i = 0; i < infos.length; i++) {
    const info = infos[i]!;
    if (isEmpty(info)) continue;
    said.push([
      i,
      'final_obs' in info ? { ...info, final_obs: batch(singleObservationSpace, [info.final_obs]) } : info,
    ]);
  }
  return said;
}

function isEmpty(info: object): boolean {
  for (const _ in info) return false;
  return true;
}

const finite = (limit: number | undefined): number | null => (Number.isFinite(limit) ? limit! : null);

function stepReply(group: VectorEnv, results: VectorResults): Replies['step'] {
  const [observations, rewards, terminations, truncations, infos] = results;
  return { observations, rewards, terminations, truncations, infos: sparse(group, infos) };
}

function errorReply(id: number | null, thrown: unknown, group: VectorEnv | undefined): ErrorReply {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const several = thrown instanceof VectorError ? thrown : undefined;
  const kind = kindOf(several?.cause ?? thrown);
  return {
    id,
    error: {
      kind,
      message,
      // A model's error carries the model's own stack, which its author needs; stacks of others say nothing to a client.
      ...(kind === 'model' && { stack: stack ?? message }),
    },
    ...(several !== undefined && { environments: several.failures.map(({ environment }) => environment) }),
    ...(several?.results !== undefined && group !== undefined && { results: stepReply(group, several.results) }),
  };
}

/** By names, since an environment may come with a copy of this package, and classes, of its own. */
function kindOf(error: unknown): ErrorReply['error']['kind'] {
  if (error instanceof MessageError) return 'request';
  const name = error instanceof Error ? error.name : '';
  if (name === 'ModelTimeout') return 'timeout';
  if (name === 'ModelError') return 'model';
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return error instanceof RangeError && code !== 'state' && code !== 'model' ? 'value' : 'state';
}
