import { findChannelBlock } from '../../onnx/channel-block.ts';
import type { Backend, SessionNeeds } from '../backend.ts';
import { SESSION_CONFIG } from '../session-options.ts';
import { disableTelemetry } from '../telemetry.ts';
import { loadLibrary, type OnnxRuntime, type Pointer } from './library.ts';
import { capiSession, type Engine } from './session.ts';

/** OrtLoggingLevel, ExecutionMode, GraphOptimizationLevel, OrtAllocatorType and OrtMemType of the header. */
const FATAL = 4;
const SEQUENTIAL = 0;
const EVERY_OPTIMIZATION = 99;
const DEVICE_ALLOCATOR = 0;
const DEFAULT_MEMORY = 0;

let engine: (Engine & { readonly env: Pointer }) | undefined;

/** ONNX Runtime's environment, of which a process has one: made with the first session, and never freed. */
async function startEngine(ort: OnnxRuntime): Promise<Engine & { readonly env: Pointer }> {
  await disableTelemetry();
  engine ??= {
    ort,
    env: ort.createEnv(FATAL, 'unbraid'),
    memory: ort.createCpuMemoryInfo(DEVICE_ALLOCATOR, DEFAULT_MEMORY),
  };
  return engine;
}

/**
 * ONNX Runtime by its C API, on CPUs.
 * @throws Error where koffi or the library can't be loaded
 */
export function capiBackend(threads: number): Backend {
  const ort = loadLibrary();
  const createSession = async (model: Uint8Array, needs?: SessionNeeds) => {
    const started = await startEngine(ort);
    const options = optionsFor(ort, threads, needs);
    try {
      return capiSession(started, ort.createSessionFromArray(started.env, model, model.byteLength, options));
    } finally {
      ort.releaseSessionOptions(options);
    }
  };
  let block: Promise<number | undefined> | undefined;
  return {
    name: `onnxruntime ${ort.version} by its C API, cpu, ${threads} threads`,
    sharesMemory: true,
    readsInPlace: true,
    sharesSessions: true,
    channelBlock: () => {
      block ??= findChannelBlock({ createSession });
      return block;
    },
    createSession,
  };
}

function optionsFor(ort: OnnxRuntime, threads: number, { plansMemory = true }: SessionNeeds = {}): Pointer {
  const options = ort.createSessionOptions();
  ort.setSessionExecutionMode(options, SEQUENTIAL);
  ort.setSessionGraphOptimizationLevel(options, EVERY_OPTIMIZATION);
  ort.setSessionLogSeverityLevel(options, FATAL);
  ort.setIntraOpNumThreads(options, threads);
  ort.setInterOpNumThreads(options, 1);
  if (!plansMemory) ort.disableMemPattern(options);
  for (const [key, value] of Object.entries(SESSION_CONFIG)) ort.addSessionConfigEntry(options, key, value);
  return options;
}
