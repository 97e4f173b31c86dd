import { ModelError, ModelTimeout } from '../env/errors.ts';
import type { EnvRegistry } from '../registry.ts';
import { batch } from '../vector/batch.ts';
import { type VectorEnv, vectorEnv } from '../vector/vector-env.ts';
import {
  type ErrorReply,
  idOf,
  parseRequest,
  type Replies,
  type Request,
  type RequestOf,
  type SparseInfos,
} from './protocol.ts';
import { frameKind, makersOf } from './served-env.ts';
import { decodeMessage, encodeMessage, MessageError } from './wire.ts';

/** One client's environments. */
export interface Session {
  /** The reply to a message, whatever the message is. */
  answer(message: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Closes all environments. */
  close(): void;
}

/** @param environments how many the client may have at a time */
export function createSession(catalogue: EnvRegistry, environments: number): Session {
  const groups = new Map<number, VectorEnv>();
  let made = 0;

  function groupOf({ group }: { readonly group: number }): VectorEnv {
    const found = groups.get(group);
    if (found === undefined) throw new MessageError(`sim-env: there is no group ${group}, or it is closed`);
    return found;
  }

  function make({ env, count, autoreset, maxEpisodeSteps }: RequestOf<'make'>): Replies['make'] {
    const maker = catalogue.maker(env);
    const open = [...groups.values()].reduce((sum, { numEnvs }) => sum + numEnvs, 0);
    if (open + count > environments) {
      throw new RangeError(
        `sim-env: ${count} environments asked for, ${open} open; a client may have ${environments} at a time`,
      );
    }
    const group = vectorEnv(makersOf(maker, count, maxEpisodeSteps), { autoreset });
    groups.set(++made, group);
    return {
      group: made,
      observationSpace: group.singleObservationSpace.toJSON(),
      actionSpace: group.singleActionSpace.toJSON(),
      maxEpisodeSteps: group.spec.maxEpisodeSteps ?? null,
      frames: frameKind(maker) ?? null,
    };
  }

  function reset(request: RequestOf<'reset'>): Replies['reset'] {
    const { seed, options, mask } = request;
    const group = groupOf(request);
    const seeds = Array.isArray(seed) ? seed.map((one) => one ?? undefined) : seed;
    const [observations, infos] = group.reset({
      ...(seeds !== undefined && { seed: seeds }),
      options: options ?? undefined,
      ...(mask !== undefined && { resetMask: mask }),
    });
    return { observations, infos: sparse(group, infos) };
  }

  function step(request: RequestOf<'step'>): Replies['step'] {
    const group = groupOf(request);
    const [observations, rewards, terminations, truncations, infos] = group.step(request.actions);
    return { observations, rewards, terminations, truncations, infos: sparse(group, infos) };
  }

  function close(request: RequestOf<'close'>): Replies['close'] {
    const group = groupOf(request);
    groups.delete(request.group);
    group.close();
    return {};
  }

  function fulfil(request: Request): Replies[keyof Replies] {
    switch (request.do) {
      case 'list':
        return { environments: catalogue.ids() };
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

  return {
    answer(bytes) {
      let message: unknown;
      try {
        message = decodeMessage(bytes);
        const request = parseRequest(message);
        return encodeMessage({ id: request.id, ...fulfil(request) });
      } catch (error) {
        return encodeMessage(errorReply(idOf(message), error));
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
  return [...infos.entries()]
    .filter(([, info]) => Object.keys(info).length > 0)
    .map(([i, info]) =>
      'final_obs' in info ? [i, { ...info, final_obs: batch(singleObservationSpace, [info.final_obs]) }] : [i, info],
    );
}

function errorReply(id: number | null, error: unknown): ErrorReply {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof ModelTimeout) return { id, error: { kind: 'timeout', message } };
  // A model's error carries the model's own stack, which its author needs; stacks of others say nothing to a client.
  if (error instanceof ModelError) return { id, error: { kind: 'model', message, stack: stack ?? message } };
  if (error instanceof MessageError) return { id, error: { kind: 'request', message } };
  return { id, error: { kind: error instanceof RangeError ? 'value' : 'state', message } };
}
