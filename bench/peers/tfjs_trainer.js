// The MLP by TensorFlow.js, whatever its backend.
/** Steps of the MLP, with a way to multiply matrices. */
export function createTrainer(tf, product, { sizes, weights, batches, learningRate }) {
  const [w0, b0, w1, b1] = weights.map(({ data, shape }) => tf.variable(tf.tensor(data, shape)));
  const inputs = batches.map(({ x, labels }) => ({
    x: tf.tensor(x.data, x.shape),
    target: tf.oneHot(tf.tensor1d(labels, 'int32'), sizes[2]).toFloat(),
  }));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  let count = 0;
  const step = () => {
    const { x, target } = inputs[count++ % inputs.length];
    return optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(target, product(product(x, w0).add(b0).relu(), w1).add(b1)),
      true,
    );
  };
  return {
    step: () => step().dispose(),
    stepLoss: () => {
      const loss = step();
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    },
  };
}

// tfjs's own gradient of a product multiplies by transposed matrices, for which its WebAssembly backend has but a slow
// way. This one transposes first, as someone would who has found that out.
export function withExplicitTransposes(tf) {
  return tf.customGrad((a, b, save) => {
    save([a, b]);
    return {
      value: a.matMul(b),
      gradFunc: (dy, [a, b]) => [dy.matMul(b.transpose()), a.transpose().matMul(dy)],
    };
  });
}
