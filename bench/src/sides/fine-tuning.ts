import {
  broadcastTo,
  compile,
  constant,
  type Executable,
  type Graph,
  type Outputs,
  type Runtime,
  type Specs,
  stopGradient,
  type TensorsOf,
  trace,
  vjp,
} from '@unbraid/graph';
import { type FineTuneTask, networks, readFineTuneTask } from '../tasks/fine-tune.ts';
import { type MiniLmParams, miniLmLoss } from '../tasks/mini-lm.ts';
import { resNetLoss, resNetStatistics } from '../tasks/res-net.ts';

/** The gradient is a graph, AdamW or momentum a kernel; all parameters are trained. Makes a step and returns its loss. */
export async function fineTuning(runtime: Runtime, task: FineTuneTask): Promise<() => Promise<number>> {
  const given = await readFineTuneTask(task);
  const step = task.network === 'mini-lm' ? await compileMiniLm(runtime) : await compileResNet(runtime);
  step.inputs.params!.float32.set(given.params);
  const update = optimizerOf(runtime, step, task);
  return async () => {
    for (const [name, data] of Object.entries(given.inputs)) step.inputs[name]!.data.set(data as never);
    const pending = step.runNow();
    if (pending) await pending;
    if (!update()) throw new Error('bench: a gradient is not finite');
    return step.outputs.loss!.float32[0]!;
  };
}

type Statistics = TensorsOf<typeof resNetStatistics>[number];

function still({ mean, variance }: Statistics): Statistics {
  return { mean: stopGradient(mean), variance: stopGradient(variance) };
}

function zeros({ mean, variance }: Statistics): Statistics {
  const [m, v] = [mean, variance].map(({ shape }) => broadcastTo(constant(0), shape));
  return { mean: m!, variance: v! };
}

type AnyStep = Graph<Specs, Outputs>;
type Step = Executable<Specs, Outputs>;

async function compileMiniLm(runtime: Runtime): Promise<Step> {
  const { params, batch } = networks['mini-lm'];
  const graph = trace({ params, ...batch }, ({ params: at, tokens, mask, y }) => {
    const { value, cotangent } = vjp((p: MiniLmParams) => ({ loss: miniLmLoss(p, { tokens, mask, y }) }), at, {
      loss: constant(1),
    });
    return { loss: value.loss, grad: cotangent };
  });
  return compile(graph as unknown as AnyStep, runtime);
}

async function compileResNet(runtime: Runtime): Promise<Step> {
  const { params, batch } = networks['res-net'];
  const graph = trace({ params, statistics: resNetStatistics, ...batch }, ({ params: at, statistics, x, y }) => {
    const f = (p: typeof at) => {
      const { loss, statistics: next } = resNetLoss(p, statistics, { x, y });
      return { loss, next: next.map(still) };
    };
    const none = statistics.map(zeros);
    const { value, cotangent } = vjp(f, at, { loss: constant(1), next: none });
    return { loss: value.loss, grad: cotangent, next: value.next };
  });
  return compile(graph as unknown as AnyStep, runtime, { carry: { next: 'statistics' } });
}

/** AdamW or gradient descent with momentum, as fine-tuning of the two is written; returns whether every gradient was finite. */
function optimizerOf({ arena, kernels }: Runtime, { inputs, outputs }: Step, task: FineTuneTask): () => boolean {
  const { network, learningRate, weightDecay } = task;
  const params = () => inputs.params!.float32;
  const memory = () => {
    const block = arena.alloc('float32', params().length);
    kernels.fill(block.data, 0);
    return block;
  };
  if (network === 'res-net') {
    const velocity = memory();
    const { momentum } = task;
    return () => {
      const state = { params: params(), grads: outputs.grad!.float32, velocity: velocity.data };
      return kernels.sgd(state, { learningRate, momentum, l2: weightDecay });
    };
  }
  const [m, v] = [memory(), memory()];
  let count = 0;
  return () => {
    const state = { params: params(), grads: outputs.grad!.float32, m: m.data, v: v.data };
    return kernels.adam(state, { learningRate, step: ++count, weightDecay });
  };
}
