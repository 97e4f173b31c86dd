import { emitWarning, InputError, showValue } from '@unbraid/checks';
import { defaultThreads } from '@unbraid/checks/node';
import { Arena, createKernels } from '@unbraid/kernels';
import { createTeam } from '@unbraid/kernels/node';
import type { Backend, BackendOptions, Runtime, RuntimeOptions } from './backend.ts';
import { capiBackend } from './capi/backend.ts';
import { hasNodeBinding, nodeBindingBackend } from './node-binding.ts';
import { checkRuntime } from './session-options.ts';

export { engineVersion } from './capi/find.ts';
export { nodeFlavour, nodeInferenceSession } from './node-binding.ts';
export { ortSession } from './ort-session.ts';

/** What `nodeBackend` takes. */
export interface NodeBackendOptions extends BackendOptions {
  /**
   * How ONNX Runtime is called: `capi`, by the C API of its library, or `node`, by the binding of `onnxruntime-node`, which has to be installed
   * for it, takes longer for a call and refuses memory that threads share; the numbers are the same. Default: `UNBRAID_BINDING` where that is set, else `capi` on the
   * provider `cpu` wherever it can be loaded.
   */
  readonly binding?: 'capi' | 'node';
}

/**
 * ONNX Runtime as a native library. Providers: `cpu`, and with `onnxruntime-node` installed `webgpu` or `cuda`, where their libraries are.
 * @throws {InputError} for options that are unknown or out of range, and for a binding that is asked for and can't be had
 */
export function nodeBackend(options: NodeBackendOptions = {}): Backend {
  const { threads = defaultThreads('graph'), provider = 'cpu', binding } = checkRuntime('nodeBackend', options);
  if (binding === 'capi' && provider !== 'cpu')
    throw new InputError('setting', `graph: the binding capi runs on cpu, not on ${provider}; leave the binding out`);
  const wanted = binding ?? bindingOf(process.env.UNBRAID_BINDING);
  if (wanted === 'node' || provider !== 'cpu') return nodeBindingBackend(threads, provider, undefined);
  try {
    return capiBackend(threads);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const reason = line.replace(/^graph: /, '');
    if (wanted === undefined && hasNodeBinding()) return fallBack(threads, reason);
    if (error instanceof InputError) throw error;
    throw new InputError('missing', `graph: ONNX Runtime's library can't be loaded: ${reason}`, { cause: error });
  }
}

let told = false;

/** The other binding, of which a process is told once. */
function fallBack(threads: number, reason: string): Backend {
  const backend = nodeBindingBackend(threads, 'cpu', "the C API can't be had");
  if (!told)
    emitWarning(
      `graph: ONNX Runtime is called by onnxruntime-node's own binding, since its C API can't be had (${reason}); ` +
        'the numbers are the same, small steps and sparse kernels take longer',
    );
  told = true;
  return backend;
}

/** What `UNBRAID_BINDING` says. @throws {InputError} for anything but capi and node */
function bindingOf(variable: string | undefined): 'capi' | 'node' | undefined {
  if (variable === undefined || variable === '') return undefined;
  if (variable === 'capi' || variable === 'node') return variable;
  throw new InputError(
    'setting',
    `graph: UNBRAID_BINDING is ${showValue(variable)}; capi or node is needed, or leave it unset`,
  );
}

/** What `nodeRuntime` takes. */
export interface NodeRuntimeOptions extends NodeBackendOptions, RuntimeOptions {
  /**
   * Threads for the kernels, the caller's among them. Default: `threads`. They share the arena's memory, which the binding `node` refuses: there
   * kernels run on one. The results are the same.
   */
  readonly kernelThreads?: number;
}

/** The native backend with an arena and the kernels. @throws {InputError} as `nodeBackend` does */
export function nodeRuntime(given: NodeRuntimeOptions = {}): Runtime {
  const { kernelThreads, arena: room, ...options } = checkRuntime('nodeRuntime', given);
  const backend = nodeBackend(options as NodeBackendOptions);
  const arena = new Arena({ ...room, shared: backend.sharesMemory ?? false });
  const threads = kernelThreads ?? backend.threads ?? 1;
  const team = arena.shared && threads > 1 ? createTeam({ threads, arena }) : undefined;
  return { backend, arena, kernels: createKernels(arena, team && { team }) };
}
