import { InputError } from '@unbraid/checks';
import type { Tensor, TensorsOf, Tree } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { denseOf } from '../layers/linear.ts';
import { type AnyNodeLayer, applyLayer, type NodeLayer } from '../layers/node-layer.ts';
import { described } from './described.ts';
import { hearingOf, stagesOfSequence } from './hearing.ts';
import { staged } from './staged.ts';
import { checkLayer, widthsOf } from './widths.ts';

type Layers = readonly AnyNodeLayer[] | Readonly<Record<string, AnyNodeLayer>>;

/** The parameters of each layer under its position or name. */
export type NodeSequenceParams<L extends Layers> = {
  readonly [K in keyof L]: L[K] extends AnyNodeLayer ? L[K]['params'] : never;
};

/**
 * Layers of nodes one after another, all on the same edges. A list names parameters by position, `0.weight`; a record by key, `hidden.weight`, in the
 * order in which its keys were written (keys that look like integers come first, as everywhere in JavaScript).
 * @throws {InputError} `setting`, when there are no layers, one is none, or one gives another width than the next takes
 */
export function nodeSequence<const L extends Layers>(given: L): NodeLayer<NodeSequenceParams<L>> {
  const layers = Object.entries(given) as [string, AnyNodeLayer][];
  if (layers.length === 0) throw new InputError('setting', 'gfgn: nodeSequence takes at least one layer');
  for (const [key, layer] of layers) checkLayer(`nodeSequence's ${key}`, layer);
  const params: Tree<ParamSpec> = Array.isArray(given)
    ? layers.map(([, layer]) => layer.params)
    : Object.fromEntries(layers.map(([key, layer]) => [key, layer.params]));
  const sequence: NodeLayer<NodeSequenceParams<L>> = {
    name: 'nodeSequence',
    ...widthsOf(layers),
    ...hearingOf(layers.map(([, layer]) => layer)),
    params: params as unknown as NodeSequenceParams<L>,
    apply(p: TensorsOf<NodeSequenceParams<L>>, x, context): Tensor {
      const values = p as Readonly<Record<string, unknown>>;
      return denseOf(layers.reduce((y, [key, layer]) => applyLayer(layer, values[key], y, context), x));
    },
  };
  staged(sequence as NodeLayer<never>, stagesOfSequence(layers));
  return described(sequence as NodeLayer<never>, 'nodeSequence', {
    layers: given,
  }) as unknown as NodeLayer<NodeSequenceParams<L>>;
}
