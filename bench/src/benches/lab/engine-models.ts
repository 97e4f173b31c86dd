import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  add,
  constant,
  div,
  exportOnnx,
  f32,
  gather,
  gemm,
  i32,
  mul,
  relu,
  sqrt,
  sub,
  type Tensor,
  trace,
  valueAndGrad,
} from '@unbraid/graph';
import { softmaxCrossEntropy } from '@unbraid/nn';
import { lossAndGradient } from '../../sides/mlp-steps.ts';
import type { Mlp } from '../../tasks/mlp-of.ts';

/** What ONNX Runtime alone is given: files of the graphs of loss and gradient, of a step with Adam, and of a row's prediction. */
export async function writeModels(
  folder: string,
  mlp: Mlp,
): Promise<Readonly<Record<'gradient' | 'step' | 'row', string>>> {
  const batch = mlp.batches[0]!.labels.length;
  const models = {
    gradient: exportOnnx(lossAndGradient(mlp.sizes, batch)),
    step: exportOnnx(wholeStep(mlp, batch)),
    row: exportOnnx(rowOf(mlp)),
  };
  const paths = { gradient: '', step: '', row: '' };
  for (const name of ['gradient', 'step', 'row'] as const) {
    paths[name] = join(folder, `${name}.onnx`);
    await writeFile(paths[name], models[name]);
  }
  return paths;
}

const BETA1 = 0.9;
const BETA2 = 0.999;

/** A step of Adam (Kingma and Ba 2015, algorithm 1) in one graph: `next` is what `params`, `m` and `v` become. `corrections` are 1 − β₁ᵗ and 1 − β₂ᵗ. */
function wholeStep({ sizes: [inputs, hidden, classes], learningRate }: Mlp, batch: number) {
  const state = { w0: f32(inputs, hidden), b0: f32(hidden), w1: f32(hidden, classes), b1: f32(classes) };
  const specs = { params: state, m: state, v: state, x: f32(batch, inputs), labels: i32(batch), corrections: f32(2) };
  return trace(specs, ({ params, m, v, x, labels, corrections }) => {
    const { value, grad } = valueAndGrad(({ w0, b0, w1, b1 }: typeof params) =>
      softmaxCrossEntropy(gemm(relu(gemm(x, w0, b0)), w1, b1), labels),
    )(params);
    const [first, second] = [0, 1].map((i) => gather(corrections, constant(i, [], 'int32')));
    const names = ['w0', 'b0', 'w1', 'b1'] as const;
    const of = (each: (name: (typeof names)[number]) => Tensor) =>
      Object.fromEntries(names.map((name) => [name, each(name)])) as typeof params;
    const nextM = of((name) => add(mul(m[name], BETA1), mul(grad[name], 1 - BETA1)));
    const nextV = of((name) => add(mul(v[name], BETA2), mul(mul(grad[name], grad[name]), 1 - BETA2)));
    const nextParams = of((name) => {
      const step = div(div(nextM[name], first!), add(sqrt(div(nextV[name], second!)), 1e-8));
      return sub(params[name], mul(step, learningRate));
    });
    return { value, next: { params: nextParams, m: nextM, v: nextV } };
  });
}

function rowOf({ sizes: [inputs], weights }: Mlp) {
  const [w0, b0, w1, b1] = weights.map(({ data, shape }) => constant(data, shape)) as [Tensor, Tensor, Tensor, Tensor];
  return trace({ x: f32(1, inputs) }, ({ x }) => ({ y: gemm(relu(gemm(x, w0, b0)), w1, b1) }));
}
