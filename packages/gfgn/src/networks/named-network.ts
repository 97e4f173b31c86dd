import { InputError } from '@unbraid/checks';
import { activation } from '@unbraid/nn';
import { nodeDropout } from '../compose/dropout.ts';
import { fagcnPropagation } from '../layers/fagcn.ts';
import { gprPropagation } from '../layers/gpr.ts';
import { h2gcnPropagation } from '../layers/h2gcn.ts';
import { linkxLayer } from '../layers/linkx.ts';
import { mixHopLayer } from '../layers/mixhop.ts';
import { nodeDense } from '../layers/node-dense.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { graphNetwork } from './graph-network.ts';
import { type LayerKind, layerKinds } from './layer-kinds.ts';
import { residualNetwork } from './residual-network.ts';
import { eachNodeOf, sequenceOf, untyped } from './untyped.ts';

/** Networks by name that are not layer after layer of one kind. */
type WholeNetwork = 'gprGnn' | 'h2gcn' | 'fagcn' | 'mixHop' | 'linkx';

/** What a network by name is made of. */
export interface NamedNetwork {
  readonly model: LayerKind | WholeNetwork;
  readonly inputs: number;
  readonly outputs: number;
  readonly hidden: number;
  readonly depth: number;
  readonly residual: boolean;
  readonly dropout: number;
  readonly limit: number;
  /** Of the graph; for `linkx`. */
  readonly nodes: number | undefined;
}

/** @throws {InputError} `setting`, for residual blocks of what has no layer to put into them, and for a `linkx` without a number of nodes */
export function namedNetwork(given: NamedNetwork): AnyNodeLayer {
  const { model, residual, hidden, dropout } = given;
  // As many heads as the GAT paper's, where they divide the width.
  const heads = [8, 4, 2].find((count) => hidden % count === 0) ?? 1;
  const of = layerKinds.find((kind) => kind === model);
  if (!of) {
    if (residual)
      throw new InputError('setting', `gfgn: residual is for ${layerKinds.join(', ')}, not for ${model}; leave it out`);
    return whole[model as WholeNetwork](given);
  }
  const { inputs, outputs, depth, limit } = given;
  const common = { layer: of, inputs, outputs, hidden, depth, dropout, limit, heads };
  if (residual) return residualNetwork(common);
  return graphNetwork({ ...common, activation: of === 'gat' ? 'elu' : 'relu' });
}

const relu = () => eachNodeOf(activation('relu'));
const dense = (inputs: number, outputs: number) => untyped(nodeDense(inputs, outputs));
const drop = (rate: number) => untyped(nodeDropout(rate));

/** Each as its paper has it, with `depth` for its steps along edges where they are layers. */
const whole: Readonly<Record<WholeNetwork, (given: NamedNetwork) => AnyNodeLayer>> = {
  gprGnn: ({ inputs, outputs, hidden, dropout }) =>
    sequenceOf([
      ...[drop(dropout), dense(inputs, hidden), relu(), drop(dropout), dense(hidden, outputs)],
      untyped(gprPropagation()),
    ]),
  h2gcn({ inputs, outputs, hidden, depth, dropout }) {
    const rounds = untyped(h2gcnPropagation(hidden, depth));
    return sequenceOf([dense(inputs, hidden), relu(), rounds, drop(dropout), dense(rounds.outputs!, outputs)]);
  },
  fagcn: ({ inputs, outputs, hidden, depth, dropout }) =>
    sequenceOf([
      ...[drop(dropout), dense(inputs, hidden), relu(), drop(dropout)],
      ...[untyped(fagcnPropagation(hidden, { steps: depth })), dense(hidden, outputs)],
    ]),
  mixHop({ inputs, outputs, hidden, depth, dropout }) {
    const layers = Array.from({ length: depth }, (_, i) => untyped(mixHopLayer(i === 0 ? inputs : 3 * hidden, hidden)));
    const blocks = layers.flatMap((layer) => [drop(dropout), layer, relu()]);
    return sequenceOf([...blocks, drop(dropout), dense(3 * hidden, outputs)]);
  },
  linkx({ inputs, outputs, hidden, nodes, dropout }) {
    if (nodes === undefined)
      throw new InputError('setting', 'gfgn: linkx has parameters of each node; say how many there are: { nodes }');
    return sequenceOf([drop(dropout), untyped(linkxLayer(inputs, outputs, { nodes, hidden }))]);
  },
};
