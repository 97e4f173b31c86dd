import { type AnyModel, activation, dense, type Initializer, sequential } from '@unbraid/nn';

/** Uniform on ±1/√fanIn, PyTorch's first weights and biases of linear layers, which Stable-Baselines3's learners from replay begin with. */
const byInputs: Initializer = {
  fill(out, random, { fanIn }) {
    const limit = 1 / Math.sqrt(fanIn);
    random.uniform(out, -limit, limit);
  },
};

/** Dense layers with ReLU between them, from `[rows, inputs]` to `[rows, outputs]`: of action values, or of an actor or critic that learns from replay. */
export function reluNetwork(inputs: number, hidden: readonly number[], outputs: number): AnyModel {
  const widths = [inputs, ...hidden];
  const start = { init: byInputs, bias: byInputs };
  const layers = hidden.flatMap((width, i): AnyModel[] => [dense(widths[i]!, width, start), activation('relu')]);
  layers.push(dense(widths.at(-1)!, outputs, start));
  // As a function of layers of any type: that of their parameters is of unknown depth.
  return (sequential as (layers: readonly AnyModel[]) => AnyModel)(layers);
}
