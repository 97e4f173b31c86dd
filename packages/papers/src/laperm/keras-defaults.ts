import { type AnyModel, batchNorm, heUniform, type Initializer } from '@unbraid/nn';

/** He's uniform distribution with the length of a bias for its fan in, as Keras has it, which the authors use. */
const biasUniform: Initializer = {
  fill: (out, random) => heUniform.fill(out, random, { fanIn: out.length, fanOut: out.length }),
};

/** How the authors start layers whose biases are drawn, too. */
export const kerasStart = { init: heUniform, bias: biasUniform } as const;

/** Batch normalization with Keras's defaults: running means keep 0.99 of what they are, and 1e-3 is added to variances. */
export const kerasNorm = (features: number): AnyModel => batchNorm({ features, momentum: 0.01, epsilon: 1e-3 });
