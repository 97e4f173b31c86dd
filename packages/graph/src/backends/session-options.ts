import { checkSettings, given, having, integer, text } from '@unbraid/checks';
import type { ArenaOptions } from '@unbraid/kernels';
import * as z from 'zod';
import type { SessionNeeds } from './backend.ts';
import type { OrtSessionOptions } from './ort-types.ts';
import type { Ort } from './ort-web.ts';

/**
 * How long a session's threads look out for work before they sleep, in microseconds: long enough for the gap between two steps, short
 * enough that threads of one session hardly take cores from the next. ONNX Runtime's own measure is tens of milliseconds, which made
 * solvers that alternate between sessions three times slower (docs/decisions/008-thread-spinning.md).
 */
const SPIN_MICROSECONDS = 200;

/** Entries of a session's configuration, by ONNX Runtime's names. */
export const SESSION_CONFIG: Readonly<Record<string, string>> = {
  // It would turn back the products that are turned for the sake of their bits (operators/product-form.ts).
  'optimization.disable_specified_optimizers': 'GemmTransposeFusion',
  // Not `set_denormal_as_zero`: it flushes subnormal numbers of the thread that makes the session, JavaScript's own, for good.
  'session.intra_op.spin_duration_us': String(SPIN_MICROSECONDS),
};

/** Session options that suit static training graphs: one operator at a time, every optimization. */
export const sessionOptions = (
  provider: string,
  threads: number,
  { plansMemory = true, onCpu = [] }: SessionNeeds = {},
): OrtSessionOptions => ({
  executionProviders: [
    provider === 'webgpu' && onCpu.length > 0 ? { name: provider, forceCpuNodeNames: onCpu } : provider,
  ],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  enableMemPattern: plansMemory,
  // Errors come back as exceptions; the log would repeat them on stderr.
  logSeverityLevel: 4,
  // A copy: onnxruntime-web writes into it.
  extra: { ...SESSION_CONFIG },
});

const backendSettings = {
  threads: integer({ min: 1, max: 1024 }).optional(),
  provider: text().optional(),
};
const nodeSettings = {
  ...backendSettings,
  binding: z.enum(['capi', 'node'], { error: '"capi" or "node"' }).optional(),
};
const webSettings = {
  ...backendSettings,
  ort: having<Ort>("ONNX Runtime's module", 'InferenceSession', 'Tensor', 'env').optional(),
};
const room = { arena: given<ArenaOptions>().optional() };
const schemas = {
  nodeBackend: z.object(nodeSettings),
  webBackend: z.object(webSettings),
  nodeRuntime: z.object({ ...nodeSettings, ...room, kernelThreads: integer({ min: 1, max: 1024 }).optional() }),
  webRuntime: z.object({ ...webSettings, ...room }),
};

/** Settings of a backend or runtime, checked. @throws {InputError} for one that is unknown or out of range */
export const checkRuntime = <N extends keyof typeof schemas>(name: N, options: object): z.output<(typeof schemas)[N]> =>
  checkSettings(`graph: ${name}`, schemas[name], options);
