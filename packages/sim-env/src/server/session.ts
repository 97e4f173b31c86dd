import { EnvError } from '../env-error.ts';
import { type ThreadDefaults, withThreads } from '../node/thread-defaults.ts';
import type { EnvRegistry, MakeEnv } from '../registry.ts';
import { batch } from '../vector/batch.ts';
import { type VectorEnv, vectorEnv } from '../vector/vector-env.ts';
import { VectorError, type VectorResults } from '../vector/vector-error.ts';
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
  let made = 0;

  function groupOf({ group }: { readonly group: number }): VectorEnv {
    const found = groups.get(group);
    if (found === undefined) throw new MessageError(`sim-env: there is no group ${group}, or it is closed`);
    return found;
  }

  function make({
    env,
    count,
    autoreset,
    onError,
    maxEpisodeSteps,
    arguments: given,
  }: RequestOf<'make'>): Replies['make'] {
    const maker = catalogue.maker(env);
    const open = [...groups.values()].reduce((sum, { numEnvs }) => sum + numEnvs, 0);
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
      memoryMegabytes: needsThreads(maker) ? shares.take(number, count) : shares.offer(count),
      print: 'stderr',
      ...threadMakers,
    };
    const limit = maxEpisodeSteps === null ? Number.POSITIVE_INFINITY : maxEpisodeSteps;
    try {
      return withThreads(threads, () => {
        const group = vectorEnv(makersOf(maker, count, { maxEpisodeSteps: limit, arguments: given }), {
          autoreset,
          onError,
        });
        groups.set(number, group);
        return describe(number, group, maker);
      });
    } catch (error) {
      groups.get(number)?.close();
      groups.delete(number);
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

  function step(request: RequestOf<'step'>): Replies['step'] {
    const group = groupOf(request);
    return stepReply(group, group.step(request.actions));
  }

  function close(request: RequestOf<'close'>): Replies['close'] {
    const group = groupOf(request);
    groups.delete(request.group);
    shares.giveBack(request.group);
    group.close();
    return {};
  }

  function fulfil(request: Request): Replies[keyof Replies] {
    switch (request.do) {
      case 'list':
        return {
          environments: catalogue.ids(),
          maxEpisodeSteps: catalogue.ids().map((id) => finite(limitOf(catalogue.maker(id)))),
        };
      case 'make':
        return make(request);
      case 'reset':
        return reset(request);
      case 'step':
        return step(request);
      case 'render':
        return { frames: groupOf(request).render() };
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
      for (const group of groups.values()) group.close();
      groups.clear();
    },
  };
}

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
