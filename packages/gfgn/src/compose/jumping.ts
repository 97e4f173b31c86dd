import { InputError } from '@unbraid/checks';
import { concat, maximum, type Tensor } from '@unbraid/graph';
import { checkOneOf, denseOf } from '../layers/linear.ts';
import { type AnyNodeLayer, applyLayer, type NodeLayer } from '../layers/node-layer.ts';
import { described } from './described.ts';
import { hearingOf } from './hearing.ts';
import { checkLayer, outputsOf, widths, widthsOf } from './widths.ts';

/** The parameters of each layer under its position. */
export type JumpingParams = readonly AnyNodeLayer['params'][];

/**
 * Jumping knowledge (Xu et al. 2018, arXiv 1806.03536): layers one after another, and of what each of them gives, side by side, `concat`, or for each feature
 * the largest, `max`.
 * @throws {InputError} `setting`, for no layers, for what is none, and for widths that don't fit each other
 */
export function nodeJumping(layers: readonly AnyNodeLayer[], how: 'concat' | 'max'): NodeLayer<JumpingParams> {
  checkOneOf("nodeJumping's way", how, ['concat', 'max']);
  if (layers.length === 0) throw new InputError('setting', 'gfgn: nodeJumping takes at least one layer');
  for (const [i, layer] of layers.entries()) checkLayer(`nodeJumping's ${i}`, layer);
  const { inputs, keepsWidth = true } = widthsOf(layers.map((layer, i) => [`${i}`, layer] as const));
  const outputs = combined(layers, how);
  const jumping: NodeLayer<never> = {
    name: `nodeJumping ${how}`,
    // Side by side they are wider than what goes in, unless there is one.
    ...widths(inputs, outputs, keepsWidth && (how === 'max' || layers.length === 1)),
    ...hearingOf(layers),
    params: layers.map(({ params }) => params) as never,
    apply(params, x, context): Tensor {
      const values = params as readonly unknown[];
      const given: Tensor[] = [];
      layers.reduce((y, layer, i) => {
        const next = denseOf(applyLayer(layer, values[i], y, context));
        given.push(next);
        return next;
      }, x);
      return how === 'concat' ? concat(given, 1) : given.reduce((top, y) => maximum(top, y));
    },
  };
  return described(jumping, 'nodeJumping', { layers, how }) as unknown as NodeLayer<JumpingParams>;
}

/** The width of all together, where it is known. @throws {InputError} for a maximum of different widths */
function combined(layers: readonly AnyNodeLayer[], how: 'concat' | 'max'): number | undefined {
  let width = layers[0]!.inputs;
  const made = layers.map((layer) => {
    width = outputsOf(layer, width);
    return width;
  });
  const known = made.filter((each) => each !== undefined);
  if (how === 'concat') return known.length < made.length ? undefined : known.reduce((sum, each) => sum + each, 0);
  // Of a maximum all are as wide as those that are known.
  if (new Set(known).size <= 1) return known[0];
  throw new InputError(
    'setting',
    `gfgn: nodeJumping takes the largest of layers that give ${known.join(', ')} features; make them the same, or concatenate`,
  );
}
