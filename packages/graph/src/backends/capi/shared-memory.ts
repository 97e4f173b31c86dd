import { onnxTypeOf } from '../../dtype.ts';
import { encodeModel } from '../../onnx/encode.ts';
import type { OnnxRuntime, Pointer } from './library.ts';
import type { Engine } from './session.ts';

/**
 * Memory for intermediate values that sessions have in common. By itself each session keeps what it once took; those of one graph that was
 * cut around kernels take turns, and keep several times what they need (docs/decisions/012-memory-of-cut-graphs.md).
 */
export interface SharedMemory {
  /** Makes the sessions of these options use it. */
  use(options: Pointer): void;
  /** To be called when such a session was released: with the last one the memory goes back to the system. */
  leave(): void;
}

/** OrtAllocatorType and OrtMemType of the header. */
const ARENA = 1;
const DEFAULT_MEMORY = 0;
/** A place that takes part in giving back: the processor's own memory. */
const CPU = 'cpu:0';

/** @param newOptions those of a session that does little */
export function sharedMemory(engine: Engine, newOptions: () => Pointer): SharedMemory {
  const { ort } = engine;
  register(engine);
  const use = (options: Pointer) => ort.addSessionConfigEntry(options, 'session.use_env_allocators', '1');
  let users = 0;
  let giveBack: (() => void) | undefined;
  return {
    use(options) {
      use(options);
      users++;
    },
    leave() {
      if (--users > 0) return;
      giveBack ??= prepareGivingBack(engine, () => {
        const options = newOptions();
        use(options);
        return options;
      });
      giveBack();
    },
  };
}

/** Options of a run at whose end memory that nothing is in goes back to the system. */
export function givingBack(ort: OnnxRuntime): Pointer {
  const run = ort.createRunOptions();
  ort.addRunConfigEntry(run, 'memory.enable_memory_arena_shrinkage', CPU);
  return run;
}

/** A process has one environment, which another thread may have given the memory already. */
function register({ ort, env }: Engine): void {
  try {
    ort.createAndRegisterAllocator(env, ort.createCpuMemoryInfo(ARENA, DEFAULT_MEMORY), null);
  } catch (error) {
    if (!(error instanceof Error && /already/.test(error.message))) throw error;
  }
}

/** ONNX Runtime gives memory back at the end of a run that asks for it: one of a model that does next to nothing. */
function prepareGivingBack({ ort, env, memory }: Engine, optionsFor: () => Pointer): () => void {
  const value = (name: string) => ({ name, dtype: 'float32', shape: [1] }) as const;
  const model = encodeModel({
    nodes: [{ name: 'least', type: 'Neg', inputs: ['x'], output: 'y', attributes: {} }],
    constants: [],
    inputs: [value('x')],
    outputs: [value('y')],
  });
  const options = optionsFor();
  const session = ort.createSessionFromArray(env, model, model.byteLength, options);
  ort.releaseSessionOptions(options);
  const binding = ort.createIoBinding(session);
  const room = new Float32Array(new ArrayBuffer(8));
  const tensor = (at: number) => {
    const address = ort.koffi.address(room.subarray(at, at + 1));
    return ort.createTensorWithDataAsOrtValue(memory, address, 4, BigInt64Array.of(1n), 1, onnxTypeOf('float32'));
  };
  ort.bindInput(binding, 'x', tensor(0));
  ort.bindOutput(binding, 'y', tensor(1));
  const run = givingBack(ort);
  return () => {
    // ONNX Runtime holds the address alone.
    room[0] = 1;
    ort.check(ort.runWithBinding(session, run, binding));
  };
}
