import { add, gather, matmul, mul, reduceSum, relu, type Tensor } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param, zeros } from '@unbraid/nn';

/** How two nodes' rows of numbers become the logit of an edge between them. */
export const linkScoreNames = ['dot', 'bilinear', 'mlp'] as const;
/** One of `linkScoreNames`: z_i · z_j; z_i W · z_j; a layer of as many neurons on z_i ⊙ z_j, and a linear one. */
export type LinkScoreName = (typeof linkScoreNames)[number];

const weight = (inputs: number, outputs: number): ParamSpec =>
  param([inputs, outputs], glorotUniform, { neuronAxis: 1 });
const bias = (outputs: number): ParamSpec => param([outputs], zeros);

/** Parameters of a score of rows of `width` numbers. */
export function linkParams(score: LinkScoreName, width: number): Readonly<Record<string, ParamSpec>> {
  if (score === 'bilinear') return { weight: weight(width, width), bias: bias(1) };
  if (score === 'mlp')
    return { hidden: weight(width, width), before: bias(width), weight: weight(width, 1), bias: bias(1) };
  return { bias: bias(1) };
}

/** Logits [pairs, 1]. @param z [nodes, width] @param from int32 [pairs], as `to` */
export function linkLogits(score: LinkScoreName, z: Tensor, from: Tensor, to: Tensor, params: unknown): Tensor {
  const p = params as Readonly<Record<string, Tensor>>;
  const left = score === 'bilinear' ? matmul(z, p.weight!) : z;
  const products = mul(gather(left, from), gather(z, to));
  if (score === 'mlp') return add(matmul(relu(add(matmul(products, p.hidden!), p.before!)), p.weight!), p.bias!);
  return add(reduceSum(products, { axes: [1], keepDims: true }), p.bias!);
}
