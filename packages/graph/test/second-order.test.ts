import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import {
  add,
  compile,
  evaluate,
  f64,
  gemm,
  grad,
  hvp,
  input,
  jvp,
  layoutOf,
  mul,
  pow,
  reduceMean,
  reduceSum,
  relu,
  ShapeError,
  sin,
  spec,
  stopGradient,
  sub,
  type Tensor,
  tanh,
  trace,
  valueAndGrad,
  vjp,
} from '../src/index.ts';
import { array, expectClose, fixture } from './support.ts';

interface Array64 {
  readonly shape: number[];
  readonly data: number[];
}

interface Net {
  readonly name: string;
  readonly x: Array64;
  readonly y: Array64;
  readonly parameters: (Array64 & { readonly name: string })[];
  readonly loss: number;
  readonly gradient: number[];
  readonly vectors: number[][];
  readonly hessianVectorProducts: number[][];
  readonly hessian?: Array64;
}

type Params = readonly Tensor[];

/** The mean squared error of a net of tanh layers; parameters are W0, b0, W1, b1, … */
function loss(p: Params, x: Tensor, y: Tensor): Tensor {
  const layers = Array.from({ length: p.length / 2 }, (_, i) => [p[2 * i]!, p[2 * i + 1]!] as const);
  const output = layers.reduce((h, [w, b], i) => {
    const z = gemm(h, w, b);
    return i < layers.length - 1 ? tanh(z) : z;
  }, x);
  const error = sub(output, y);
  return reduceMean(mul(error, error));
}

const { nets } = fixture<{ nets: Net[] }>('tanh_net.json');

describe.each(nets)('the $name net of tanh layers agrees with PyTorch', (net) => {
  const params = net.parameters.map(({ shape }) => spec(shape, 'float64'));
  const graph = trace(
    { params, v: params, x: f64(...net.x.shape), y: f64(...net.y.shape) },
    ({ params: p, v, x, y }) => ({
      ...valueAndGrad(loss)(p, x, y),
      product: hvp(loss)(p, v, x, y),
    }),
  );

  test('in value, gradient and Hessian-vector products, by ONNX Runtime', async () => {
    const step = await compile(graph, nodeRuntime({ threads: 1 }));
    step.inputs.params.float64.set(net.parameters.flatMap(({ data }) => data));
    step.inputs.x.float64.set(net.x.data);
    step.inputs.y.float64.set(net.y.data);
    for (const [i, vector] of net.vectors.entries()) {
      step.inputs.v.float64.set(vector);
      await step.run();
      expectClose(step.outputs.value.float64, [net.loss], 1e-12);
      expectClose(step.outputs.grad.float64, net.gradient, 1e-12);
      expectClose(step.outputs.product.float64, net.hessianVectorProducts[i]!, 1e-12);
    }
    await step.release();
  });

  test('in Hessian-vector products by reverse over reverse, by evaluate', () => {
    const direction = net.vectors[0]!;
    const { leaves } = layoutOf(params);
    const parts = (flat: readonly number[]) =>
      leaves.map(({ shape, offset, size }) => array(shape, 'float64', flat.slice(offset, offset + size)));
    const { params: p, v, x, y } = graph.inputs;
    const slope = (q: Params) =>
      grad((r: Params) => loss(r, x, y))(q)
        .map((g, i) => reduceSum(mul(g, v[i]!)))
        .reduce((a, b) => add(a, b));
    const values = new Map([
      ...parts(net.parameters.flatMap(({ data }) => data)).map((value, i) => [p[i]!, value] as const),
      ...parts(direction).map((value, i) => [v[i]!, value] as const),
      [x, array(net.x.shape, 'float64', net.x.data)],
      [y, array(net.y.shape, 'float64', net.y.data)],
    ]);
    const product = evaluate(grad(slope)(p), values).flatMap(({ data }) => [...data]);
    expectClose(product, net.hessianVectorProducts[0]!, 1e-12);
  });
});

const scalar = (value: number) => array([], 'float64', [value]);
const x = input('x', [], 'float64');
const at = (tensor: Tensor, value: number) => evaluate([tensor], new Map([[x, scalar(value)]]))[0]!.data[0]!;

describe('transformations', () => {
  test('nest: the first four derivatives of sin are cos, −sin, −cos, sin', () => {
    const derivatives = [1, 2, 3, 4].map((n) => {
      let f = (t: Tensor) => sin(t);
      for (let i = 0; i < n; i++) f = grad(f);
      return at(f(x), 0.7);
    });
    expectClose(derivatives, [Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)], 1e-14);
  });

  test('mix: forward over forward and reverse over forward agree with reverse over reverse', () => {
    const f = (t: Tensor) => mul(pow(t, 3), tanh(t));
    const one = input('one', [], 'float64');
    const forward = (g: (t: Tensor) => Tensor) => (t: Tensor) => jvp(g, t, one).tangent;
    const second = [grad(grad(f))(x), forward(forward(f))(x), grad(forward(f))(x), forward(grad(f))(x)];
    const values = evaluate(
      second,
      new Map([
        [x, scalar(0.3)],
        [one, scalar(1)],
      ]),
    ).map(({ data }) => data[0]!);
    expectClose(values.slice(1), values.slice(1).fill(values[0]!), 1e-14);
    expect(values[0]).not.toBe(0);
  });

  test('do not confuse perturbations: d/dx (x · d/dy (x + y)) is 1, though y is x as well', () => {
    const nested = grad((outer: Tensor) => mul(outer, grad((inner: Tensor) => add(outer, inner))(outer)))(x);
    expect(at(nested, 3)).toBe(1);
  });

  test('differentiate with respect to the argument alone where the function closes over what was made of the same leaf', () => {
    const square = mul(x, x);
    expect(at(grad((t: Tensor) => mul(t, square))(x), 3)).toBe(9);
    expect(at(grad((t: Tensor) => mul(t, mul(t, t)))(x), 3)).toBe(27);
    const one = input('x', [], 'float64');
    const { tangent } = jvp((t: Tensor) => mul(t, square), x, one);
    expect(
      evaluate(
        [tangent],
        new Map([
          [x, scalar(3)],
          [one, scalar(1)],
        ]),
      )[0]!.data[0],
    ).toBe(9);
  });

  test('differentiate with respect to a tensor computed from others', () => {
    const y = mul(x, 2);
    expect(at(grad((t: Tensor) => mul(t, t))(y), 3)).toBe(12);
  });

  test('give zeros of the right shape for what the result does not depend on', () => {
    const unused = input('unused', [2, 3], 'float32');
    const gradient = grad((p: { a: Tensor; b: Tensor }) => mul(p.a, p.a))({ a: x, b: unused });
    expect(gradient.b).toMatchObject({ shape: [2, 3], dtype: 'float32' });
    expect([...evaluate([gradient.b], new Map())[0]!.data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('treat stopGradient as a constant', () => {
    expect(at(grad((t: Tensor) => mul(t, stopGradient(t)))(x), 3)).toBe(3);
  });

  test('take the derivative of relu at 0 to be 0', () => {
    expect(at(grad(relu)(x), 0)).toBe(0);
  });

  test('return the value beside the derivative', () => {
    const both = valueAndGrad((t: Tensor) => mul(t, t))(x);
    expect([at(both.value, 3), at(both.grad, 3)]).toEqual([9, 6]);
    const { value, cotangent } = vjp((t: Tensor) => ({ y: mul(t, t) }), x, { y: x });
    expect([at(value.y, 3), at(cotangent, 3)]).toEqual([9, 18]);
  });

  test('refuse a function that is not scalar, and directions that do not fit, with both shapes', () => {
    const matrix = input('m', [2, 3], 'float32');
    expect(() => grad((t: Tensor) => t)(matrix)).toThrow('grad: the function returned float32[2, 3]; a float scalar');
    expect(() => jvp((t: Tensor) => t, matrix, input('u', [3, 2], 'float32'))).toThrow(
      'jvp: the argument is float32[2, 3], its direction is a tensor float32[3, 2]',
    );
    expect(() => jvp((t: Tensor) => t, matrix, input('u', [2, 3], 'float64'))).toThrow(ShapeError);
    expect(() => vjp((t: Tensor) => ({ y: t }), matrix, { y: x })).toThrow(
      'vjp: y is float32[2, 3], its direction is y float64[]',
    );
  });
});
