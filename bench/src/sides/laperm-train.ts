import { add, leavesOf, mul, type Runtime, reduceSum, type Tensor, type Tree } from '@unbraid/graph';
import { laperm } from '@unbraid/laperm';
import { fit as fitModel, softmaxCrossEntropy } from '@unbraid/nn';
import { serve } from '../serve.ts';
import { networks, readTrainTask, type TrainTask } from '../tasks/laperm.ts';
import { runtimeOf } from './runtime.ts';

/** Our side of training by LaPerm: `fit` as a user calls it, whose own count of seconds leaves compiling out. */

const DROPOUT = 0.4;
/** Milliseconds that the steps take. */
let train: () => Promise<number>;

await serve<TrainTask>({
  async prepare(task) {
    const runtime = runtimeOf(task);
    const { start, check, ...data } = await readTrainTask(task);
    const losses = await firstLosses(runtime, task, data, check);
    train = async () => {
      const { seconds } = await fitModel({
        ...optionsOf(runtime, task, DROPOUT),
        data,
        params: start,
        optimizer: laperm({ period: task.period }),
        batchSize: task.batch,
        steps: task.steps,
      });
      return 1000 * seconds;
    };
    await train();
    return { version: runtime.backend.name, losses };
  },
  async run() {
    return { milliseconds: await train() };
  },
});

/** What both fits have in common. */
function optionsOf(runtime: Runtime, { network, l2, learningRate }: TrainTask, rate: number) {
  return {
    model: networks[network](rate),
    loss: softmaxCrossEntropy,
    ...(l2 > 0 && { penalty: (params: Tree<Tensor>) => decay(params, l2) }),
    learningRate,
    keepBest: false as const,
    runtime,
  };
}

/** l2 times the sum of squared weights of all layers but the last. */
function decay(params: Tree<Tensor>, l2: number): Tensor {
  const weights = leavesOf(params).filter(({ path }) => path.endsWith('weight'));
  const squares = weights.slice(0, -1).map(({ value }) => reduceSum(mul(value, value)));
  return mul(
    squares.reduce((sum, square) => add(sum, square)),
    l2,
  );
}

async function firstLosses(
  runtime: Runtime,
  task: TrainTask,
  { x, y }: Pick<Awaited<ReturnType<typeof readTrainTask>>, 'x' | 'y'>,
  params: Float32Array,
): Promise<number[]> {
  const first = {
    x: { data: x.data.slice(0, task.batch * x.cols), rows: task.batch, cols: x.cols },
    y: y.slice(0, task.batch),
  };
  // All rows in each step, so an epoch is a step.
  const { history } = await fitModel({
    ...optionsOf(runtime, task, 0),
    data: first,
    params,
    optimizer: laperm({ period: 2 }),
    batchSize: Number.POSITIVE_INFINITY,
    epochs: task.checkedSteps,
  });
  return history.map(({ training }) => training.loss);
}
