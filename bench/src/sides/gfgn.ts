import { fit as fitModel } from '@unbraid/gfgn';
import { serve } from '../serve.ts';
import { type GfgnTask, readGfgnTask } from '../tasks/gfgn.ts';
import { runtimeOf } from './runtime.ts';

/** Our side of training on a graph: `fit` as a user calls it, without nodes to validate on. */

interface Trained {
  /** Milliseconds of an epoch, the first left out: in it ONNX Runtime takes its memory. */
  readonly milliseconds: number;
  readonly losses: readonly number[];
}

let train: (epochs: number, dropout: number) => Promise<Trained>;
let timedDropout: number;

await serve<GfgnTask>({
  async prepare(task) {
    const runtime = runtimeOf(task);
    const startBytes = process.memoryUsage.rss();
    const { graph, train: nodes, params } = await readGfgnTask(task);
    const split = { train: nodes, validation: new Int32Array(), test: new Int32Array() };
    const { model, hidden, limit, learningRate, weightDecay } = task;
    timedDropout = task.dropout;
    train = async (epochs, dropout) => {
      const ends: number[] = [];
      const { history } = await fitModel({
        ...{ model, hidden, limit, dropout, learningRate, weightDecay, epochs },
        ...{ graph, split, params, runtime },
        onEpoch: () => ends.push(performance.now()),
      });
      const milliseconds = (ends.at(-1)! - ends[0]!) / (epochs - 1);
      return { milliseconds, losses: history.map(({ trainLoss }) => trainLoss) };
    };
    const { losses } = await train(task.checkedEpochs, 0);
    return { version: runtime.backend.name, losses, startBytes };
  },
  async run({ steps = 1 }) {
    const { milliseconds } = await train(steps + 1, timedDropout);
    return { milliseconds };
  },
});
