import { StateError } from '@unbraid/checks';
import type { Runtime } from '../backends/backend.ts';
import { optionsOf } from '../operators/options.ts';
import { ShapeError } from '../shape.ts';
import type { TensorSpec } from '../tensor.ts';
import type { AnyGraph, Graph, Outputs, Specs } from '../trace.ts';
import type { Tree } from '../tree.ts';
import { allocate, type Buffer, bufferOver, type Source } from './buffer.ts';
import { createHostStep } from './host-step.ts';
import { layoutOf } from './layout.ts';
import { placesFor } from './places.ts';
import { type Plan, planOf } from './plan.ts';
import { type Place, type Port, viewAt } from './port.ts';
import { openScope, type Scope } from './scope.ts';
import { createSegment, type Step } from './segment.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Whose memory a compiled graph reads and writes. */
export interface CompileOptions<I extends Specs, O extends Outputs> {
  /** Memory of the caller for some inputs; the others get memory in the arena. Graphs that are given the same source share it. */
  readonly inputs?: { readonly [K in keyof I]?: Source };
  /** The same for outputs. */
  readonly outputs?: { readonly [K in keyof O]?: Source };
  /** Outputs that are the next run's inputs: after each run the two vectors change places, nothing is copied. */
  readonly carry?: { readonly [K in keyof O]?: keyof I };
  /** Memory for values between calls, shared with executables that never run at the same time as this one; by default its own. */
  readonly workspace?: Workspace | undefined;
}

/** A graph that can be run: write its inputs, run, read its outputs. Nothing is allocated for a run. */
export interface Executable<I, O> {
  readonly inputs: { readonly [K in keyof I]: Buffer };
  readonly outputs: { readonly [K in keyof O]: Buffer };
  /** @throws {CompileError} when an operator fails, {StateError} while another run is under way or after `release` */
  run(): Promise<void>;
  /** The same for loops that count microseconds: a promise only where there is something to wait for. It throws what `run` rejects with. */
  runNow(): Promise<void> | undefined;
  /** Frees the session and the memory that `compile` allocated. */
  release(): Promise<void>;
}

/** Keeps the names of outputs apart from those of inputs. */
const OUTPUT_PREFIX = 'out:';

/**
 * Makes a graph runnable.
 * @throws {CompileError} naming the operator that ONNX Runtime refused, {InputError} `missing` where a page can't load ONNX Runtime
 * @throws {ShapeError} when the caller's memory doesn't fit
 * @throws {InputError} for an option that there isn't
 */
export async function compile<I extends Specs, O extends Outputs>(
  graph: Graph<I, O>,
  runtime: Runtime,
  options: CompileOptions<I, O> = {},
): Promise<Executable<I, O>> {
  optionsOf('compile', options, 'inputs', 'outputs', 'carry', 'workspace');
  const plan = planOf(graph as unknown as AnyGraph, OUTPUT_PREFIX);
  const scope = openScope();
  const free = (release: () => void) => void scope.own({ release });
  const portsOf = (trees: object, given: Readonly<Record<string, Source>>): Port[] => {
    const stray = Object.keys(given).find((name) => !(name in trees));
    if (stray !== undefined)
      throw new ShapeError(`graph: memory is given for ${stray}; there are ${Object.keys(trees).join(', ')}`);
    return Object.entries(trees).map(([name, tree]) => {
      const layout = layoutOf(tree as Tree<TensorSpec>, name);
      const memory = given[name] ? undefined : allocate(runtime.arena, layout);
      if (memory) free(memory.free);
      return { name, layout, source: given[name] ?? memory!.source };
    });
  };
  try {
    const inputs = portsOf(graph.inputs, (options.inputs ?? {}) as Record<string, Source>);
    const outputs = portsOf(graph.outputs, (options.outputs ?? {}) as Record<string, Source>);
    const buffersOf = (ports: Port[]) =>
      Object.fromEntries(ports.map((port) => [port.name, bufferOver(port.name, port.layout, currentOf(port))]));
    const buffers = { inputs: buffersOf(inputs), outputs: buffersOf(outputs) };
    const carried = carriedPairs(options.carry ?? {}, inputs, outputs);
    const places = { inputs: leafPlaces(inputs, ''), outputs: leafPlaces(outputs, OUTPUT_PREFIX) };
    const workspace = options.workspace ?? scope.own(createWorkspace(runtime.arena));
    const steps = await createSteps(runtime, plan, places, workspace, scope);
    return {
      ...(buffers as unknown as Pick<Executable<I, O>, 'inputs' | 'outputs'>),
      ...runner(steps, carried, () => scope.release()),
    };
  } catch (error) {
    await scope.release();
    throw error;
  }
}

/** Where the leaves of ports are, by the names that they have in the graph's plan. */
function leafPlaces(ports: readonly Port[], prefix: string): Map<string, Place> {
  return new Map(
    ports.flatMap((port) =>
      port.layout.leaves.map(({ path, ...leaf }): [string, Place] => [
        prefix + (path === '' ? port.name : `${port.name}.${path}`),
        { port, dtype: port.layout.dtype, ...leaf },
      ]),
    ),
  );
}

/** The calls of a run in their order, owned by `scope`. */
async function createSteps(
  runtime: Runtime,
  plan: Plan,
  ports: { readonly inputs: ReadonlyMap<string, Place>; readonly outputs: ReadonlyMap<string, Place> },
  workspace: Workspace,
  scope: Scope,
): Promise<Step['run'][]> {
  const free = (release: () => void) => void scope.own({ release });
  const { of, copies } = placesFor(plan, ports, runtime.arena, workspace, free);
  const steps: Step['run'][] = [];
  const add = (step: Step | undefined) => {
    if (step) steps.push(scope.own(step).run);
  };
  for (const [stage, { hosts }] of plan.stages.entries()) {
    add(await createSegment(runtime.backend, plan, stage, { of, outputs: ports.outputs }));
    for (const tensor of hosts) add(createHostStep(runtime, tensor, of));
  }
  for (const { from, to } of copies) steps.push(() => void viewAt(to).set(viewAt(from) as never));
  return steps;
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

function runner(
  steps: readonly Step['run'][],
  carried: readonly (readonly [Port, Port])[],
  free: () => Promise<void>,
): Pick<Executable<never, never>, 'run' | 'runNow' | 'release'> {
  let state: 'idle' | 'running' | 'released' = 'idle';
  const expectIdle = (what: string) => {
    if (state === 'released') throw new StateError(`graph: ${what} after release`);
    if (state === 'running') throw new StateError(`graph: ${what} while a run is under way; await it first`);
  };
  const carryOver = () => {
    for (const [output, input] of carried) [output.source, input.source] = [input.source, output.source];
  };
  /** What is left of a run in which step `at` has to be waited for. */
  const goOn = async (pending: Promise<void>, at: number) => {
    try {
      await pending;
      for (const step of steps.slice(at + 1)) await step();
      carryOver();
    } finally {
      state = 'idle';
    }
  };
  const runNow = () => {
    expectIdle('run');
    state = 'running';
    let pending: Promise<void> | undefined;
    try {
      for (let at = 0; at < steps.length; at++) {
        pending = steps[at]!();
        if (pending) return goOn(pending, at);
      }
      carryOver();
      return undefined;
    } finally {
      if (!pending) state = 'idle';
    }
  };
  return {
    run: async () => runNow(),
    runNow,
    async release() {
      expectIdle('release');
      state = 'released';
      await free();
    },
  };
}
