import * as g from '@unbraid/graph';

/** Graphs to export: together they have every operator, a net with its parameters stored, and a gradient. */
export const GRAPHS: Readonly<Record<string, g.AnyGraph>> = {
  elementwise: g.trace({ x: g.f32(2, 3), y: g.f32(3) }, ({ x, y }) => ({
    add: g.add(x, y),
    sub: g.sub(x, y),
    mul: g.mul(x, y),
    div: g.div(x, g.add(g.mul(y, y), 1)),
    pow: g.pow(g.abs(x), y),
    maximum: g.maximum(x, y),
    minimum: g.minimum(x, y),
    neg: g.neg(x),
    exp: g.exp(x),
    log: g.log(g.add(g.abs(x), 1)),
    sqrt: g.sqrt(g.abs(x)),
    tanh: g.tanh(x),
    sigmoid: g.sigmoid(x),
    softplus: g.softplus(x),
    erf: g.erf(x),
    sin: g.sin(x),
    cos: g.cos(x),
    relu: g.relu(x),
    sign: g.sign(x),
  })),
  comparisons: g.trace({ x: g.f32(2, 3), y: g.f32(3) }, ({ x, y }) => ({
    equal: g.equal(x, x),
    greater: g.greater(x, y),
    greaterEqual: g.greaterEqual(x, y),
    less: g.less(x, y),
    lessEqual: g.lessEqual(x, y),
    where: g.where(g.less(x, y), x, y),
    cast: g.cast(g.greater(x, 0), 'int32'),
  })),
  layout: g.trace({ x: g.f32(4, 6), indices: g.i32(3) }, ({ x, indices }) => ({
    transpose: g.transpose(x),
    reshape: g.reshape(x, [2, 12]),
    slice: g.slice(x, [1, 0], [4, 6], [1, 2]),
    concat: g.concat([x, x], 1),
    pad: g.pad(x, [1, 0], [0, 2], 0.5),
    broadcastTo: g.broadcastTo(g.reshape(x, [1, 4, 6]), [2, 4, 6]),
    gather: g.gather(x, indices),
    scatterAdd: g.scatterAdd(g.slice(x, [0], [3]), indices, 5),
    oneHot: g.oneHot(indices, 4),
  })),
  reductions: g.trace({ x: g.f32(4, 6), batch: g.f32(3, 4, 6), w: g.f32(6, 5), b: g.f32(5) }, ({ x, batch, w, b }) => ({
    reduceSum: g.reduceSum(x, { axes: [0] }),
    reduceMean: g.reduceMean(x),
    reduceMax: g.reduceMax(x, { axes: [1], keepDims: true }),
    reduceMin: g.reduceMin(x, { axes: [1] }),
    argMax: g.argMax(x),
    softmax: g.softmax(x),
    logSoftmax: g.logSoftmax(x, 0),
    matmul: g.matmul(batch, w),
    gemm: g.gemm(x, w, b),
  })),
  images: g.trace({ x: g.f32(2, 4, 6, 6), w: g.f32(6, 2, 3, 3), key: g.i32(2) }, ({ x, w, key }) => {
    const options = { strides: 2, pads: [1, 1, 0, 1], groups: 2 } as const;
    const y = g.conv2d(x, w, options);
    return {
      conv2d: y,
      convTranspose2d: g.convTranspose2d(y, w, { ...options, outputPads: 1 }),
      conv2dWeightGradient: g.conv2dWeightGradient(x, y, 3, options),
      maxPool2d: g.maxPool2d(x, { kernel: 3, strides: 2, pads: 1 }),
      averagePool2d: g.averagePool2d(x, { kernel: 2 }),
      bernoulliMask: g.bernoulliMask(key, [5, 3], 0.6, 1),
      gradient: g.grad((images: g.Tensor) => {
        const pooled = g.maxPool2d(g.maxPool2d(g.conv2d(images, w, options), { kernel: 2, strides: 1 }), { kernel: 2 });
        return g.reduceSum(g.averagePool2d(pooled, { kernel: 1 }));
      })(x),
    };
  }),
  gradient: g.trace({ params: netSpecs(), x: g.f32(8, 6), labels: g.i32(8) }, ({ params, x, labels }) =>
    g.valueAndGrad((p: typeof params) => {
      const likelihood = g.mul(g.oneHot(labels, 3), g.logSoftmax(net(p, x)));
      return g.neg(g.reduceMean(g.reduceSum(likelihood, { axes: [1] })));
    })(params),
  ),
};

/** A net for any number of rows. */
export const netGraph = (batch: number): g.AnyGraph =>
  g.trace({ params: netSpecs(), x: g.f32(batch, 6) }, ({ params, x }) => ({ y: g.softmax(net(params, x)) }));

function netSpecs() {
  return { w0: g.f32(6, 5), b0: g.f32(5), w1: g.f32(5, 3), b1: g.f32(3) };
}

type Net = g.TensorsOf<ReturnType<typeof netSpecs>>;

function net({ w0, b0, w1, b1 }: Net, x: g.Tensor): g.Tensor {
  return g.gemm(g.tanh(g.gemm(x, w0, b0)), w1, b1);
}
