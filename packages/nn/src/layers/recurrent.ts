import { checkSettings, count, oneOf } from '@unbraid/checks';
import {
  add,
  concat,
  matmul,
  mul,
  neg,
  reshape,
  ShapeError,
  sigmoid,
  slice,
  sub,
  type Tensor,
  tanh,
} from '@unbraid/graph';
import * as z from 'zod';
import { zeros } from '../initializers/plain.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** What `lstm` and `gru` take. */
export interface RecurrentOptions {
  /** Of each position of a sequence. */
  readonly features: number;
  /** Size of the state. */
  readonly hidden: number;
  /** The state after the last position, `[rows, hidden]`, or after each, `[rows, time, hidden]`. Default `last`. */
  readonly returns?: 'last' | 'sequence';
}

/** Gates beside one another. A type and not an interface, which would not pass for a tree. */
export type LstmParams = {
  /** `[features, 4 · hidden]`: input, forget, cell and output gate, each with `hidden` columns. */
  readonly input: ParamSpec;
  /** `[hidden, 4 · hidden]` */
  readonly recurrent: ParamSpec;
  /** `[4 · hidden]` */
  readonly bias: ParamSpec;
};

/** Gates beside one another. A type and not an interface, which would not pass for a tree. */
export type GruParams = {
  /** `[features, 3 · hidden]`: reset, update and new gate, each with `hidden` columns. */
  readonly input: ParamSpec;
  /** `[hidden, 3 · hidden]` */
  readonly recurrent: ParamSpec;
  /** `[3 · hidden]` */
  readonly bias: ParamSpec;
  /** `[hidden]`: added to the new gate's recurrent part, within what the reset gate lets through. */
  readonly newBias: ParamSpec;
};

const schema = z.object({
  features: count(),
  hidden: count(),
  returns: oneOf('last', 'sequence').default('last'),
});

type Settings = z.output<typeof schema>;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): c ← σ(f) · c + σ(i) · tanh(g), h ← σ(o) · tanh(c), where
 * i, f, g, o = x · input + h · recurrent + bias; both states begin at 0. `[rows, time, features]` to `[rows, hidden]` or
 * `[rows, time, hidden]`. The graph has a part for each position, so sequences should be of some hundred positions at most.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input that is no batch of sequences of so many features
 */
export function lstm(options: RecurrentOptions): Model<LstmParams> {
  const settings = checkSettings('nn: lstm', schema, options);
  const { features, hidden } = settings;
  const layer: Model<LstmParams> = {
    name: `lstm ${features} → ${hidden}`,
    params: {
      input: param([features, 4 * hidden], glorotUniform, { neuronAxis: 1 }),
      recurrent: param([hidden, 4 * hidden], glorotUniform, { neuronAxis: 1 }),
      bias: param([4 * hidden], zeros),
    },
    apply({ input, recurrent, bias }, x) {
      checkSequences('lstm', x, settings);
      let c: Tensor | undefined;
      return unrolled(settings, add(matmul(x, input), bias), (gates, h) => {
        const all = h ? add(gates, matmul(h, recurrent)) : gates;
        const [i, f, g, o] = columns(all, 4) as [Tensor, Tensor, Tensor, Tensor];
        const next = mul(sigmoid(i), tanh(g));
        c = c ? add(mul(sigmoid(f), c), next) : next;
        return mul(sigmoid(o), tanh(c));
      });
    },
  };
  return described(layer, { layer: 'lstm', settings });
}

/**
 * Gated recurrent unit (Cho et al. 2014, in the form of cuDNN and PyTorch, whose reset gate comes behind the product): h ← (1 − z) · n + z · h, where
 * r, z = σ(x · input + h · recurrent + bias) and n = tanh(x · input + bias + r · (h · recurrent + newBias)). Shapes are those of `lstm`.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input that is no batch of sequences of so many features
 */
export function gru(options: RecurrentOptions): Model<GruParams> {
  const settings = checkSettings('nn: gru', schema, options);
  const { features, hidden } = settings;
  const layer: Model<GruParams> = {
    name: `gru ${features} → ${hidden}`,
    params: {
      input: param([features, 3 * hidden], glorotUniform, { neuronAxis: 1 }),
      recurrent: param([hidden, 3 * hidden], glorotUniform, { neuronAxis: 1 }),
      bias: param([3 * hidden], zeros),
      newBias: param([hidden], zeros),
    },
    apply({ input, recurrent, bias, newBias }, x) {
      checkSequences('gru', x, settings);
      return unrolled(settings, add(matmul(x, input), bias), (gates, h) => {
        const [xr, xz, xn] = columns(gates, 3) as [Tensor, Tensor, Tensor];
        const [hr, hz, hn] = h ? (columns(matmul(h, recurrent), 3) as [Tensor, Tensor, Tensor]) : [];
        const reset = sigmoid(hr ? add(xr, hr) : xr);
        const n = tanh(add(xn, mul(reset, hn ? add(hn, newBias) : newBias)));
        const z = sigmoid(hz ? add(xz, hz) : xz);
        return add(n, mul(z, h ? sub(h, n) : neg(n)));
      });
    },
  };
  return described(layer, { layer: 'gru', settings });
}

function checkSequences(name: string, { shape }: Tensor, { features }: Settings): void {
  if (shape.length !== 3 || shape[2] !== features)
    throw new ShapeError(`nn: ${name} takes [rows, time, ${features}], the input is ${showShape(shape)}`);
}

/**
 * One position after another.
 * @param gates of all positions, as far as they come from the input: `[rows, time, …]`
 * @param step the state after a position, from its gates and the state before; the first has none, which stands for zeros
 */
function unrolled(
  { hidden, returns }: Settings,
  gates: Tensor,
  step: (gates: Tensor, h: Tensor | undefined) => Tensor,
): Tensor {
  const [rows, time, width] = gates.shape as [number, number, number];
  const states: Tensor[] = [];
  for (let t = 0; t < time; t++)
    states.push(step(reshape(slice(gates, [0, t, 0], [rows, t + 1, width]), [rows, width]), states.at(-1)));
  if (returns === 'last') return states.at(-1)!;
  return concat(
    states.map((h) => reshape(h, [rows, 1, hidden])),
    1,
  );
}

/** `[rows, n · width]` in n parts `[rows, width]`. */
function columns(x: Tensor, n: number): Tensor[] {
  const [rows, all] = x.shape as [number, number];
  const width = all / n;
  return Array.from({ length: n }, (_, i) => slice(x, [0, i * width], [rows, (i + 1) * width]));
}
