import { InputError, StateError } from '@unbraid/checks';
import { Arena, createKernels } from '@unbraid/kernels';
import type { Backend, BackendOptions, Runtime, RuntimeOptions, Session } from './backend.ts';
import { type OneAtATime, oneAtATime } from './one-at-a-time.ts';
import { ortSession } from './ort-session.ts';
import { explained, loadOrt, type Ort } from './ort-web.ts';
import { checkRuntime, sessionOptions } from './session-options.ts';

export { type Ort, setWasmUrl } from './ort-web.ts';

/** What `webBackend` takes. */
export interface WebBackendOptions extends BackendOptions {
  /**
   * Another build of ONNX Runtime for browsers, such as `import * as ort from 'onnxruntime-web/webgpu'` for the provider `webgpu`; what its
   * `env` says stays. Default: the plain WebAssembly build, loaded with the first session.
   */
  readonly ort?: Ort;
}

/** What pages and workers tell of themselves, and Node doesn't. */
interface Scope {
  readonly crossOriginIsolated?: boolean;
  readonly name?: string;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}
const here = globalThis as Scope;

const canShare = (): boolean => here.crossOriginIsolated !== false;

/** The name that ONNX Runtime gives the workers that are its threads. They load the file that it is in. */
const THREAD = 'em-pthread';

/**
 * Threads that a page or worker may have: as many as there are cores where it is cross-origin isolated, otherwise 1. All runtimes of one page or
 * worker get the same, so each of several workers is better given fewer.
 */
export const pageThreads = (): number => (canShare() ? (here.navigator?.hardwareConcurrency ?? 1) : 1);

/**
 * ONNX Runtime in WebAssembly. Providers: `wasm`, and with `ort` those of that build. More than one thread needs a page that is cross-origin
 * isolated; elsewhere there is one, and the backend's name says so.
 * @throws {InputError} for options that are unknown or out of range, and a provider that the plain build doesn't have
 * @throws {StateError} in a thread of ONNX Runtime, where a bundler put it in one file with the page's own code
 */
export function webBackend(options: WebBackendOptions = {}): Backend {
  const { threads: wanted = 1, provider = 'wasm', ort } = checkRuntime('webBackend', options);
  if (provider !== 'wasm' && ort === undefined)
    throw new InputError(
      'setting',
      `graph: the provider ${provider} needs another build of ONNX Runtime; import one, such as onnxruntime-web/webgpu, and pass it as ort`,
    );
  if (here.name === THREAD)
    throw new StateError(
      "graph: a thread of ONNX Runtime runs the page's own code, since both are in one file; have the bundler split them (esbuild: splitting), or leave threads out",
    );
  const threads = canShare() ? wanted : 1;
  return {
    name: `onnxruntime-web, ${provider}, ${threads} threads${threads < wanted ? ", since the page isn't cross-origin isolated" : ''}`,
    createSession: async (model, needs) =>
      createSession(ort ?? (await loadOrt(threads)), model, {
        provider,
        options: sessionOptions(provider, threads, needs),
      }),
  };
}

/** Of each build of ONNX Runtime that is loaded. */
const turns = new WeakMap<Ort, OneAtATime>();

/**
 * ONNX Runtime keeps what a call works with on the stack of its WebAssembly and waits within the call, so that calls of two sessions that overlap
 * write over one another.
 */
function turnsOf(ort: Ort): OneAtATime {
  const known = turns.get(ort) ?? oneAtATime();
  turns.set(ort, known);
  return known;
}

/** A session whose runs wait for those of all others. What a run reads is looked up when its turn has come: memory may have moved until then. */
const inTurn = (session: Session, turn: OneAtATime): Session => ({
  bind(inputs, outputs) {
    const bound = session.bind(inputs, outputs);
    return { ...bound, run: () => turn(async () => bound.run()) };
  },
  release: () => turn(() => session.release()),
});

async function createSession(
  ort: Ort,
  model: Uint8Array,
  { provider, options }: { readonly provider: string; readonly options: ReturnType<typeof sessionOptions> },
): Promise<Session> {
  try {
    const turn = turnsOf(ort);
    const session = await turn(() => ort.InferenceSession.create(model, options));
    const own = ortSession(session, {
      writesInPlace: false,
      tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
    });
    return inTurn(own, turn);
  } catch (error) {
    throw explained(error, provider);
  }
}

/** What `webRuntime` takes. */
export interface WebRuntimeOptions extends WebBackendOptions, RuntimeOptions {}

/** The WebAssembly backend with an arena and the kernels. @throws {InputError} as `webBackend` does */
export function webRuntime(given: WebRuntimeOptions = {}): Runtime {
  const { arena: room, ...options } = checkRuntime('webRuntime', given);
  const arena = new Arena(room);
  return { backend: webBackend(options as WebBackendOptions), arena, kernels: createKernels(arena) };
}
