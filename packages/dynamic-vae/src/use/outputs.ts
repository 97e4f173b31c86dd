import type { Matrix } from '@unbraid/data';
import { compile, f32, trace, useKept } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type AnyModel, applyModel, predict } from '@unbraid/nn';
import { paramSpecs } from '../training/training-step.ts';
import { ROWS, type TrainedVae, type UseOptions } from './trained-vae.ts';

/** A part of a VAE as a model, and what tells it apart from other parts. */
export interface Part {
  readonly name: string;
  readonly apply: AnyModel['apply'];
}

/** A part's outputs, a row for each of `x`. Up to 256 rows at once have a session that is kept with the trained VAE for its next call. */
export async function outputsOf(trained: TrainedVae, part: Part, x: Matrix, options: UseOptions): Promise<Matrix> {
  const { vae, params } = trained;
  const model: AnyModel = { params: vae.params, apply: part.apply };
  const { runtime, batchSize = ROWS } = options;
  if (x.rows > Math.min(ROWS, batchSize) || x.rows === 0)
    return predict(model, params, x, { batchSize, ...(runtime && { runtime }) });
  const make = async () => {
    const graph = trace({ params: paramSpecs(vae), x: f32(x.rows, x.cols) }, (inputs) => ({
      y: applyModel(model, inputs.params, inputs.x),
    }));
    return compile(graph, runtime ?? (await defaultRuntime()), { inputs: { params: { data: params } } });
  };
  const keeping = { owner: trained, key: `dynamic-vae ${part.name} of ${x.rows}`, runtime, make };
  return useKept(keeping, async ({ inputs, outputs, run }) => {
    inputs.x.float32.set(x.data);
    await run();
    const data = outputs.y.float32.slice();
    return { data, rows: x.rows, cols: data.length / x.rows };
  });
}
