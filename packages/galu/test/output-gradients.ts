import type { Matrix } from '@unbraid/data';
import { compile, f32, grad, type Runtime, reduceSum, type Tensor, trace } from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';

/** Gradients of a network's one output in all of its parameters, row by row: what a tangent kernel is the inner products of. */
export interface OutputGradients {
  at(params: Float32Array): Promise<Float32Array[]>;
  release(): Promise<void>;
}

export async function outputGradients(model: AnyModel, x: Matrix, runtime: Runtime): Promise<OutputGradients> {
  const specs = { params: model.params as unknown as ParamSpec, x: f32(1, x.cols) };
  const graph = trace(specs, ({ params, x: row }) => ({
    gradient: grad((p: Tensor) => reduceSum(model.apply(p as never, row as never)))(params),
  }));
  const step = await compile(graph, runtime);
  return {
    async at(params) {
      const gradients: Float32Array[] = [];
      step.inputs.params.float32.set(params);
      for (let i = 0; i < x.rows; i++) {
        step.inputs.x.float32.set(x.data.subarray(i * x.cols, (i + 1) * x.cols));
        await step.run();
        gradients.push(step.outputs.gradient.float32.slice());
      }
      return gradients;
    },
    release: () => step.release(),
  };
}
