import {
  type Buffer,
  compile,
  type Runtime,
  type Specs,
  type Tensor,
  type TensorSpec,
  type TensorsOf,
  type Tree,
  trace,
  valueAndGrad,
} from '@unbraid/graph';

/** What to train: the parameters, the inputs of a batch, and the loss of both. */
export interface Training<P extends Record<string, TensorSpec>, B extends Record<string, TensorSpec>> {
  readonly specs: { readonly params: P; readonly batch: B };
  readonly loss: (params: TensorsOf<P>, batch: TensorsOf<B>) => Tensor;
  readonly learningRate: number;
}

/** Full training steps, loss, gradient and Adam, on memory that was allocated once. */
export interface Trainer<B extends string = string> {
  /** All parameters, one after the other. */
  readonly params: Float32Array;
  /** The inputs of a batch, to be written before a step. */
  readonly batch: { readonly [K in B]: Buffer };
  step(): Promise<void>;
  /** The loss of the last step. */
  loss(): number;
}

/** A trainer as a user of the graph and the kernels writes it: the gradient is a graph, Adam is a kernel. */
export async function createTrainer<P extends Record<string, TensorSpec>, B extends Record<string, TensorSpec>>(
  runtime: Runtime,
  { specs, loss, learningRate }: Training<P, B>,
): Promise<Trainer<keyof B & string>> {
  const inputs: Specs = { params: specs.params, ...specs.batch };
  const graph = trace(inputs, ({ params, ...batch }) =>
    valueAndGrad((p: Tree<Tensor>) => loss(p as TensorsOf<P>, batch as TensorsOf<B>))(params as Tree<Tensor>),
  );
  const executable = await compile(graph, runtime);
  const { arena, kernels } = runtime;
  const params = executable.inputs.params!;
  const [m, v] = [arena.alloc('float32', params.data.length), arena.alloc('float32', params.data.length)];
  kernels.fill(m.data, 0);
  kernels.fill(v.data, 0);
  let count = 0;
  return {
    params: params.float32,
    batch: executable.inputs as unknown as { readonly [K in keyof B & string]: Buffer },
    async step() {
      await executable.run();
      const state = { params: params.float32, grads: executable.outputs.grad!.float32, m: m.data, v: v.data };
      kernels.adam(state, { learningRate, step: ++count });
    },
    loss: () => executable.outputs.value!.float32[0]!,
  };
}
