import {
  compile,
  i32,
  type Runtime,
  type Scope,
  type Source,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
  type Workspace,
} from '@unbraid/graph';
import { inference } from '@unbraid/nn';
import type { KnownOfGraph } from '../batches/moving-program.ts';
import { knownInputs, signalOf, training } from '../fit/programs.ts';
import type { Context } from '../layers/node-layer.ts';
import type { NodeModel } from '../models.ts';
import type { Structure } from '../structure.ts';
import { objective, objectiveSpecs } from '../tasks/objective.ts';
import type { TaskFacts } from '../tasks/task.ts';
import { type LinkScoreName, linkLogits } from './link-score.ts';
import type { Pairs } from './pairs.ts';

/** An edge is there or not: one of two classes. */
export const LINK_TASK: TaskFacts = { name: 'binary', outputs: 1 };

/** What both programs are made of. */
export interface LinkModel extends KnownOfGraph {
  readonly nodes: NodeModel;
  readonly score: LinkScoreName;
  /** Of `{ nodes, score }`. */
  readonly specs: TensorSpec;
  readonly structure: Structure;
}

interface Memory {
  readonly params: Source;
  readonly x: Source | undefined;
  readonly workspace: Workspace;
}

function logitsOf(
  { nodes, score, features }: LinkModel,
  params: Tensor,
  inputs: Readonly<Record<string, Tensor>>,
  context: Omit<Context, 'edgeFeatures'>,
): Tensor {
  const p = params as unknown as { readonly nodes: never; readonly score: unknown };
  const z = nodes.apply(p.nodes, signalOf(features, inputs.x), {
    ...context,
    ...(inputs.edges && { edgeFeatures: inputs.edges }),
  });
  return linkLogits(score, z, inputs.from!, inputs.to!, p.score);
}

/** A compiled step. */
export interface LinkStep {
  readonly inputs: Readonly<Record<'key' | 'from' | 'to', { readonly int32: Int32Array }>> &
    Readonly<Record<'target' | 'weight', { readonly float32: Float32Array }>>;
  readonly outputs: { readonly loss: { readonly float32: Float32Array } };
  run(): Promise<void>;
}

/** A step on so many pairs, all nodes hearing of each other. */
export async function compileLinkStep(
  scope: Scope,
  runtime: Runtime,
  model: LinkModel,
  pairs: number,
  { grads, ...memory }: Memory & { readonly grads: Source },
): Promise<LinkStep> {
  const { structure, specs } = model;
  const known = knownInputs(model, memory.x);
  const objectives = objectiveSpecs(LINK_TASK, pairs, true) as {
    readonly target: TensorSpec;
    readonly weight: TensorSpec;
  };
  const all = {
    params: specs,
    key: i32(2),
    from: i32(pairs),
    to: i32(pairs),
    ...objectives,
    ...known.specs,
  };
  const program = trace(all, (inputs) => {
    const named = inputs as unknown as Readonly<Record<string, Tensor>>;
    const loss = (params: Tensor) => {
      const logits = logitsOf(model, params, named, { structure, ...training(named.key!) });
      return objective(LINK_TASK, logits, { target: named.target!, weight: named.weight! });
    };
    const { value, grad } = valueAndGrad(loss)(named.params!);
    return { grad, loss: value };
  });
  const step = await compile(program, runtime, {
    inputs: { params: memory.params, ...known.sources },
    outputs: { grad: grads },
    workspace: memory.workspace,
  });
  return scope.own(step) as unknown as LinkStep;
}

/** The most pairs whose logits are made at once. */
const AT_ONCE = 2 ** 16;

/** What gives logits of pairs; all nodes' rows are made anew for each so many. */
export async function linkEvaluator(
  scope: Scope,
  runtime: Runtime,
  model: LinkModel,
  most: number,
  memory: Memory,
): Promise<(pairs: Pairs) => Promise<Float32Array>> {
  const { structure, specs } = model;
  const known = knownInputs(model, memory.x);
  const size = Math.max(1, Math.min(most, AT_ONCE));
  const all = { params: specs, from: i32(size), to: i32(size), ...known.specs };
  const program = trace(all, (inputs) => {
    const named = inputs as unknown as Readonly<Record<string, Tensor>>;
    return { logits: logitsOf(model, named.params!, named, { structure, mode: inference }) };
  });
  const run = scope.own(
    await compile(program, runtime, {
      inputs: { params: memory.params, ...known.sources },
      workspace: memory.workspace,
    }),
  );
  const buffers = run.inputs as unknown as Readonly<Record<'from' | 'to', { readonly int32: Int32Array }>>;
  return async ({ from, to }: Pairs): Promise<Float32Array> => {
    const logits = new Float32Array(from.length);
    for (let at = 0; at < from.length; at += size) {
      buffers.from.int32.fill(0).set(from.subarray(at, at + size));
      buffers.to.int32.fill(0).set(to.subarray(at, at + size));
      await run.run();
      logits.set(run.outputs.logits.float32.subarray(0, Math.min(size, from.length - at)), at);
    }
    return logits;
  };
}
