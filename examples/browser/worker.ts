import { pageThreads, webRuntime } from '@unbraid/graph/web';
import {
  accuracy,
  activation,
  dense,
  exportModel,
  fit,
  initialize,
  sequential,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import { CLASSES, drawPoints } from './data.ts';
import type { News, Task } from './messages.ts';

const tell = (news: News): void => self.postMessage(news);

const model = sequential([
  dense(2, 64),
  activation('tanh'),
  dense(64, 64),
  activation('tanh'),
  dense(64, CLASSES.length),
]);
// One thread, unless the page is cross-origin isolated. For so small a network more than two gain nothing.
const runtime = webRuntime({ threads: Math.min(2, pageThreads()) });
tell({ backend: runtime.backend.name, isolated: self.crossOriginIsolated });

async function train(task: Exclude<Task, 'stop'>, signal: AbortSignal): Promise<void> {
  let params = initialize(model, 1);
  let steps = 0;
  const start = performance.now();
  try {
    await fit({
      model,
      loss: softmaxCrossEntropy,
      data: drawPoints(2000, 1),
      validation: drawPoints(500, 2),
      metrics: { accuracy },
      ...task,
      seed: 1,
      signal,
      runtime,
      onEpoch: async ({ epoch, step, training, validation }, reached) => {
        params = reached.slice();
        steps = step;
        tell({ epoch, training: training.loss!, validation: validation!.loss!, accuracy: validation!.accuracy! });
        // A turn for messages: the page may want it to stop.
        await new Promise((heard) => setTimeout(heard));
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const file = exportModel(model, params, { probabilities: true, classes: CLASSES });
  const stepsPerSecond = (1000 * steps) / (performance.now() - start);
  tell({ ended: signal.aborted ? 'stopped' : 'trained', stepsPerSecond, file });
}

let control = new AbortController();
self.onmessage = ({ data }: MessageEvent<Task>) => {
  control.abort();
  if (data === 'stop') return;
  control = new AbortController();
  train(data, control.signal).catch((error: Error) => tell({ failed: error.message }));
};
