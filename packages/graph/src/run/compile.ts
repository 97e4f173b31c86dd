import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { Runtime } from '../backends/backend.ts';
import { emit } from '../onnx/emit.ts';
import { encodeModel } from '../onnx/encode.ts';
import { ShapeError } from '../shape.ts';
import type { TensorSpec } from '../tensor.ts';
import type { AnyGraph, Graph, Outputs, Specs } from '../trace.ts';
import type { Tree } from '../tree.ts';
import { allocate, type Buffer, bufferOver, type Source } from './buffer.ts';
import { type CompileError, explain } from './compile-error.ts';
import { layoutOf } from './layout.ts';
import { createPort, type Port } from './port.ts';

export interface CompileOptions<I extends Specs, O extends Outputs> {
  /** Memory of the caller for some inputs; the others get memory in the arena. Graphs that are given the same source share it. */
  readonly inputs?: { readonly [K in keyof I]?: Source };
  /** The same for outputs. */
  readonly outputs?: { readonly [K in keyof O]?: Source };
  /** Outputs that are the next run's inputs: after each run the two vectors change places, nothing is copied. */
  readonly carry?: { readonly [K in keyof O]?: keyof I };
}

/** A graph that can be run: write its inputs, run, read its outputs. Nothing is allocated for a run. */
export interface Executable<I, O> {
  readonly inputs: { readonly [K in keyof I]: Buffer };
  readonly outputs: { readonly [K in keyof O]: Buffer };
  /** @throws {CompileError} when an operator fails, {Error} while another run is under way or after `release` */
  run(): Promise<void>;
  /** Frees the session and the memory that `compile` allocated. */
  release(): Promise<void>;
}

/** Keeps the names of outputs apart from those of inputs. */
const OUTPUT_PREFIX = 'out:';

/**
 * Makes a graph runnable.
 * @throws {CompileError} naming the operator that ONNX Runtime refused
 * @throws {ShapeError} when the caller's memory doesn't fit
 */
export async function compile<I extends Specs, O extends Outputs>(
  graph: Graph<I, O>,
  runtime: Runtime,
  options: CompileOptions<I, O> = {},
): Promise<Executable<I, O>> {
  const channelBlock = await runtime.backend.channelBlock?.();
  const emitted = emit(graph as unknown as AnyGraph, OUTPUT_PREFIX, channelBlock);
  const fail =
    (doing: string) =>
    (error: unknown): CompileError =>
      explain(error, emitted.origins, doing);
  const owned: (() => void)[] = [];
  const free = () => {
    for (const release of owned.splice(0)) release();
  };
  const portsOf = (trees: object, given: Readonly<Record<string, Source>>, prefix: string): Port[] => {
    const stray = Object.keys(given).find((name) => !(name in trees));
    if (stray !== undefined)
      throw new ShapeError(`graph: memory is given for ${stray}; there are ${Object.keys(trees).join(', ')}`);
    return Object.entries(trees).map(([name, tree]) => {
      const layout = layoutOf(tree as Tree<TensorSpec>, name);
      const memory = given[name] ? undefined : allocate(runtime.arena, layout);
      if (memory) owned.push(memory.free);
      return createPort(runtime.backend, name, prefix + name, layout, given[name] ?? memory!.source);
    });
  };
  try {
    const inputs = portsOf(graph.inputs, (options.inputs ?? {}) as Record<string, Source>, '');
    const outputs = portsOf(graph.outputs, (options.outputs ?? {}) as Record<string, Source>, OUTPUT_PREFIX);
    const buffersOf = (ports: Port[]) =>
      Object.fromEntries(ports.map((port) => [port.name, bufferOver(port.name, port.layout, currentOf(port))]));
    const buffers = { inputs: buffersOf(inputs), outputs: buffersOf(outputs) };
    const carried = carriedPairs(options.carry ?? {}, inputs, outputs);
    const session = await runtime.backend.createSession(encodeModel(emitted)).catch((error: unknown) => {
      throw fail('compile')(error);
    });
    return {
      ...(buffers as unknown as Pick<Executable<I, O>, 'inputs' | 'outputs'>),
      ...runner(session, { inputs, outputs, carried, writesInPlace: runtime.backend.writesInPlace }, fail('run'), free),
    };
  } catch (error) {
    free();
    throw error;
  }
}

/** A source that follows the port when its vector is swapped. */
const currentOf = (port: Port): Source => ({
  get data() {
    return port.source.data;
  },
});

function carriedPairs(carry: object, inputs: readonly Port[], outputs: readonly Port[]): [Port, Port][] {
  return Object.entries(carry).map(([from, to]) => {
    const output = outputs.find(({ name }) => name === from);
    const input = inputs.find(({ name }) => name === to);
    if (!output || !input)
      throw new ShapeError(`graph: carry names ${from} and ${String(to)}, which are not an output and an input`);
    if (output.layout.size !== input.layout.size || output.layout.dtype !== input.layout.dtype) {
      throw new ShapeError(
        `graph: carry: output ${from} has ${output.layout.size} × ${output.layout.dtype}, input ${input.name} ${input.layout.size} × ${input.layout.dtype}`,
      );
    }
    return [output, input];
  });
}

interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly carried: readonly (readonly [Port, Port])[];
  readonly writesInPlace: boolean;
}

function runner(
  session: InferenceSession,
  { inputs, outputs, carried, writesInPlace }: Ports,
  explainFailure: (error: unknown) => Error,
  free: () => void,
): Pick<Executable<never, never>, 'run' | 'release'> {
  const feeds: Record<string, OrtTensor> = {};
  const fetches: Record<string, OrtTensor> = {};
  let state: 'idle' | 'running' | 'released' = 'idle';

  const expectIdle = (what: string) => {
    if (state === 'released') throw new Error(`graph: ${what} after release`);
    if (state === 'running') throw new Error(`graph: ${what} while a run is under way; await it first`);
  };
  return {
    async run() {
      expectIdle('run');
      state = 'running';
      try {
        for (const port of inputs) port.bind(feeds);
        if (writesInPlace) {
          for (const port of outputs) port.bind(fetches);
          await session.run(feeds, fetches);
        } else {
          const results = await session.run(feeds);
          for (const port of outputs) port.copyFrom(results as Record<string, OrtTensor>);
        }
        for (const [output, input] of carried) [output.source, input.source] = [input.source, output.source];
      } catch (error) {
        throw explainFailure(error);
      } finally {
        state = 'idle';
      }
    },
    async release() {
      expectIdle('release');
      state = 'released';
      await session.release();
      free();
    },
  };
}
