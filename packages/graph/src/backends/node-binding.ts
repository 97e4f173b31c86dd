import { createRequire } from 'node:module';
import { InputError } from '@unbraid/checks';
import { channelBlockBy } from '../onnx/channel-block.ts';
import type { Backend, SessionNeeds } from './backend.ts';
import { loadedFrom } from './capi/library.ts';
import { type OrtFlavour, ortSession } from './ort-session.ts';
import type { OrtInferenceSession, OrtModule, OrtSessionOptions } from './ort-types.ts';
import { sessionOptions } from './session-options.ts';
import { disableTelemetry } from './telemetry.ts';

/** What is used of `onnxruntime-node`. */
interface OrtNode extends OrtModule {
  readonly env: { readonly versions: { readonly node?: string; readonly common: string } };
}

const require = createRequire(import.meta.url);

/** Whether `onnxruntime-node`, which is optional, is installed. */
export function hasNodeBinding(): boolean {
  try {
    require.resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
}

/**
 * Loaded when it is needed, which on CPUs it isn't: its binding takes time and memory.
 * @throws {InputError} `missing` where `onnxruntime-node` isn't installed
 */
function loadOrt(who = "onnxruntime-node's own binding"): OrtNode {
  if (hasNodeBinding()) return require('onnxruntime-node') as OrtNode;
  throw new InputError(
    'missing',
    `graph: ${who} can't be had without onnxruntime-node; npm install onnxruntime-node@1.30.0`,
  );
}

/** A session of ONNX Runtime as a native library, which sends no telemetry then: for what `compile` doesn't offer. */
export async function nodeInferenceSession(
  model: Uint8Array,
  options: OrtSessionOptions = {},
): Promise<OrtInferenceSession> {
  await disableTelemetry();
  return loadOrt().InferenceSession.create(model, options);
}

/** What `ortSession` needs to know of this package. */
export const nodeFlavour = (): OrtFlavour => {
  const { Tensor } = loadOrt();
  return { writesInPlace: true, tensor: (dtype, data, shape) => new Tensor(dtype, data, shape) };
};

/**
 * ONNX Runtime by the binding of `onnxruntime-node`.
 * @param why it is taken, for the name, where another was to be expected
 */
export function nodeBindingBackend(threads: number, provider: string, why: string | undefined): Backend {
  const { versions } = loadOrt(provider === 'cpu' ? 'the binding node' : `the provider ${provider}`).env;
  const createSession = async (model: Uint8Array, needs?: SessionNeeds) =>
    ortSession(await open(model, provider, sessionOptions(provider, threads, needs)), nodeFlavour());
  const version = `onnxruntime-node ${versions.node ?? versions.common}`;
  return {
    name: `${version}, ${provider}, ${threads} threads${why === undefined ? '' : `, by its own binding since ${why}`}`,
    sharesSessions: true,
    createSession,
    ...(provider === 'cpu' && {
      threads,
      readsInPlace: true,
      channelBlock: channelBlockBy(createSession),
    }),
  };
}

/**
 * A session. Systems load a library once a process by its name: where our package's, for CPUs alone, was there before that of `onnxruntime-node`, it stands
 * in for it, and has no other providers.
 */
async function open(model: Uint8Array, provider: string, options: OrtSessionOptions): Promise<OrtInferenceSession> {
  try {
    return await nodeInferenceSession(model, options);
  } catch (error) {
    const from = loadedFrom();
    if (provider === 'cpu' || from === undefined || from === 'onnxruntime-node') throw error;
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    const advice = `${from}, for CPUs alone, was loaded first; make this runtime before others, or set UNBRAID_BINDING=node`;
    throw new InputError(
      'setting',
      `the provider ${provider} failed: ${reason.trimEnd().replace(/\.$/, '')}; ${advice}`,
      {
        cause: error,
      },
    );
  }
}
