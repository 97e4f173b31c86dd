import type { Backend } from '../backends/backend.ts';
import { emitNodes, type Named } from '../onnx/emit.ts';
import { encodeModel } from '../onnx/encode.ts';
import { isInput } from '../operators/input.ts';
import type { Tensor } from '../tensor.ts';
import { explain } from './compile-error.ts';
import { type Call, withoutOuterReshapes } from './free-reshapes.ts';
import { isRecomputed, type Plan } from './plan.ts';
import type { Place } from './port.ts';
import { shareSession } from './shared-session.ts';

/** One of the calls that an executable consists of. */
export interface Step {
  /** A promise only where there is something to wait for. */
  run(): Promise<void> | undefined;
  release(): Promise<void> | void;
}

/**
 * The call of ONNX Runtime of a stage, or `undefined` where it computes nothing.
 * @param places where tensors are in memory; `outputs` where the graph's outputs are, by name
 * @throws {CompileError} naming the operator that ONNX Runtime refused
 */
export async function createSegment(
  backend: Backend,
  plan: Plan,
  stage: number,
  places: { readonly of: ReadonlyMap<Tensor, Place>; readonly outputs: ReadonlyMap<string, Place> },
): Promise<Step | undefined> {
  const segment = segmentOf(plan, stage, places.of);
  if (segment.outputs.length === 0) return undefined;
  const forms = { channelBlock: await backend.channelBlock?.(), sameBits: true, threads: backend.threads };
  const call = withoutOuterReshapes(segment);
  const emitted = emitNodes(call.order, call.inputs, call.outputs, forms);
  // What the call keeps hold of: not the model, whose constants may be large.
  const { origins } = emitted;
  const placed = (values: readonly Named[], seen: readonly Named[]) =>
    new Map(
      values.map(({ name, tensor }, i): [string, Place] => {
        const place = places.outputs.get(name) ?? places.of.get(tensor)!;
        return [name, { ...place, shape: seen[i]!.tensor.shape }];
      }),
    );
  // WebGPU's pooling has no positions, and says so when it runs.
  const onCpu = emitted.nodes.filter(({ type, position = 0 }) => type === 'MaxPool' && position > 0);
  const needs = { plansMemory: plan.stages.length === 1, onCpu: onCpu.map(({ name }) => name) };
  const { session, release } = await shareSession(backend, encodeModel(emitted), needs).catch((error: unknown) => {
    throw explain(error, origins, 'compile');
  });
  const bound = session.bind(placed(segment.inputs, call.inputs), placed(segment.outputs, call.outputs));
  const failed = (error: unknown): never => {
    throw explain(error, origins, 'run');
  };
  return {
    run() {
      try {
        return bound.run()?.catch(failed);
      } catch (error) {
        return failed(error);
      }
    },
    async release() {
      bound.release();
      await release();
    },
  };
}

function segmentOf({ inputs, outputs, stages, free }: Plan, at: number, of: ReadonlyMap<Tensor, Place>): Call {
  const { nodes } = stages[at]!;
  const own = new Set(nodes);
  const inputNames = new Map(inputs.map(({ name, tensor }) => [tensor, name]));
  const given = new Map<Tensor, string>();
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const take = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    if (own.has(tensor) || free.has(tensor) || (isRecomputed(tensor) && !of.has(tensor))) {
      for (const x of tensor.inputs) take(x);
      order.push(tensor);
    } else given.set(tensor, inputNames.get(tensor) ?? `between:${given.size}`);
  };
  const results = [
    ...outputs.filter(({ tensor }) => own.has(tensor) || (at === 0 && (isInput(tensor) || free.has(tensor)))),
    ...nodes
      .filter((tensor) => of.has(tensor) && !free.has(tensor) && !outputs.some((output) => output.tensor === tensor))
      .map((tensor, i) => ({ name: `kept:${i}`, tensor })),
  ];
  // In the order of the stage, so that the depth of a graph is no limit.
  for (const tensor of nodes) take(tensor);
  for (const { tensor } of results) take(tensor);
  return { order, inputs: [...given].map(([tensor, name]) => ({ name, tensor })), outputs: results };
}
