import { channelBlockBy } from '../../onnx/channel-block.ts';
import type { Backend, Session, SessionNeeds } from '../backend.ts';
import { SESSION_CONFIG } from '../session-options.ts';
import { disableTelemetry } from '../telemetry.ts';
import { loadLibrary, type OnnxRuntime, type Pointer } from './library.ts';
import { capiSession, type Engine } from './session.ts';
import { givingBack, type SharedMemory, sharedMemory } from './shared-memory.ts';

/** OrtLoggingLevel, ExecutionMode, GraphOptimizationLevel, OrtAllocatorType and OrtMemType of the header. */
const FATAL = 4;
const SEQUENTIAL = 0;
const EVERY_OPTIMIZATION = 99;
const DEVICE_ALLOCATOR = 0;
const DEFAULT_MEMORY = 0;

let engine: Engine | undefined;
let shared: SharedMemory | undefined;
let firstRun: Pointer = null;

/** ONNX Runtime's environment, of which a process has one: made with the first session, and never freed. */
async function startEngine(ort: OnnxRuntime): Promise<Engine> {
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
  const createSession = async (model: Uint8Array, { plansMemory = true }: SessionNeeds = {}) => {
    const started = await startEngine(ort);
    return plansMemory ? planning(started, model, threads) : sharing(started, model, threads);
  };
  return {
    name: `onnxruntime ${ort.version} by its C API, cpu, ${threads} threads`,
    threads,
    sharesMemory: true,
    readsInPlace: true,
    sharesSessions: true,
    channelBlock: channelBlockBy(createSession),
    createSession,
  };
}

/** A session with memory of its own, which it takes as one block from the second run on: what the first took piece by piece goes back. */
function planning(started: Engine, model: Uint8Array, threads: number): Session {
  const options = optionsFor(started.ort, threads);
  firstRun ??= givingBack(started.ort);
  return capiSession(started, loadModel(started, model, options), () => undefined, firstRun);
}

/** A session that takes turns with others, in memory that they share. */
function sharing(started: Engine, model: Uint8Array, threads: number): Session {
  const { ort } = started;
  shared ??= sharedMemory(started, () => optionsFor(ort, 1));
  const { use, leave } = shared;
  const options = optionsFor(ort, threads);
  ort.disableMemPattern(options);
  use(options);
  try {
    return capiSession(started, loadModel(started, model, options), leave);
  } catch (error) {
    leave();
    throw error;
  }
}

/** Loads a model, and frees the options. @throws Error for one that ONNX Runtime refuses */
function loadModel({ ort, env }: Engine, model: Uint8Array, options: Pointer): Pointer {
  try {
    return ort.createSessionFromArray(env, model, model.byteLength, options);
  } finally {
    ort.releaseSessionOptions(options);
  }
}

function optionsFor(ort: OnnxRuntime, threads: number): Pointer {
  const options = ort.createSessionOptions();
  ort.setSessionExecutionMode(options, SEQUENTIAL);
  ort.setSessionGraphOptimizationLevel(options, EVERY_OPTIMIZATION);
  ort.setSessionLogSeverityLevel(options, FATAL);
  ort.setIntraOpNumThreads(options, threads);
  ort.setInterOpNumThreads(options, 1);
  for (const [key, value] of Object.entries(SESSION_CONFIG)) ort.addSessionConfigEntry(options, key, value);
  return options;
}
