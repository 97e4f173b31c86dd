import { decodeSafetensors } from '@unbraid/data';
import { setWasmUrl, webRuntime } from '@unbraid/graph/web';
import { activation, compilePredictor, dense, sequential } from '@unbraid/nn';
import { type Mlp, mlpOf } from '../../tasks/mlp-of.ts';
import { DATA_PATH, type WebTask } from '../../tasks/web.ts';
import { createMlpSteps } from '../mlp-steps.ts';
import { timeOf } from '../trainer.ts';
import { digestOf, load, serveInWorker } from './serve-in-worker.ts';

/** Our side of the MLP in a Worker of Chromium. */

let once: () => Promise<void> | undefined;

serveInWorker({
  async prepare(task) {
    setWasmUrl(new URL('/ort.wasm', (globalThis as unknown as { location: URL }).location.href));
    const mlp = mlpOf(decodeSafetensors(await load(DATA_PATH)));
    const runtime = webRuntime({ threads: task.threads });
    if (task.work === 'row') {
      const { predict, digest } = await predictorOf(mlp, runtime);
      once = predict;
      return { version: runtime.backend.name, digest };
    }
    const steps = await createMlpSteps(runtime, mlp);
    const { losses, next } = await begin(steps, task);
    once = next;
    return { version: runtime.backend.name, losses };
  },
  run: async ({ steps = 1 }) => ({ milliseconds: await timeOf(steps, once) }),
});

async function begin(
  { step, gradient, loss }: Awaited<ReturnType<typeof createMlpSteps>>,
  { work, checkedSteps }: WebTask,
): Promise<{ losses: number[]; next: typeof once }> {
  const next = work === 'step' ? step : gradient;
  const losses: number[] = [];
  for (let count = 0; count < checkedSteps; count++) {
    await next();
    losses.push(loss());
  }
  return { losses, next };
}

/** One row after another, as a user of `@unbraid/nn` predicts them. */
async function predictorOf({ sizes, weights, batches }: Mlp, runtime: ReturnType<typeof webRuntime>) {
  const [inputs, hidden, classes] = sizes;
  const model = sequential([dense(inputs, hidden), activation('relu'), dense(hidden, classes)]);
  const params = Float32Array.from(weights.flatMap(({ data }) => [...data]));
  const predictor = await compilePredictor(model, params, { runtime });
  const { x } = batches[0]!;
  let count = 0;
  const row = () => {
    const at = (count++ % x.shape[0]!) * inputs;
    return predictor.predict({ data: x.data.subarray(at, at + inputs), rows: 1, cols: inputs });
  };
  const first = await row();
  return { digest: digestOf(first.data), predict: async () => void (await row()) };
}
