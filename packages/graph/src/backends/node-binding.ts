import { createRequire } from 'node:module';
import type * as OrtModule from 'onnxruntime-node';
import { channelBlockBy } from '../onnx/channel-block.ts';
import type { Backend, SessionNeeds } from './backend.ts';
import { type OrtFlavour, ortSession } from './ort-session.ts';
import { sessionOptions } from './session-options.ts';
import { disableTelemetry } from './telemetry.ts';

/** Loaded when it is needed, which with the C API is never: its binding takes time and memory. */
const loadOrt = (): typeof OrtModule => createRequire(import.meta.url)('onnxruntime-node') as typeof OrtModule;

/** A session of ONNX Runtime as a native library, which sends no telemetry then: for what `compile` doesn't offer. */
export async function nodeInferenceSession(
  model: Uint8Array,
  options: OrtModule.InferenceSession.SessionOptions = {},
): Promise<OrtModule.InferenceSession> {
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
  const { versions } = loadOrt().env;
  const createSession = async (model: Uint8Array, needs?: SessionNeeds) =>
    ortSession(await nodeInferenceSession(model, sessionOptions(provider, threads, needs)), nodeFlavour());
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
