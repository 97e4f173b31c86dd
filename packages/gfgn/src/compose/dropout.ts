import { InputError, showValue } from '@unbraid/checks';
import { dropped, type NodeLayer, type Signal } from '../layers/node-layer.ts';
import { described } from './described.ts';

/**
 * Dropout (Srivastava et al. 2014) of features: in training entries become 0 with probability `rate`, the others are divided by 1 − rate. Sparse
 * features stay sparse, and no mask is stored.
 * @throws {InputError} `setting`, unless rate is at least 0 and below 1
 */
export function nodeDropout(rate: number): NodeLayer<Readonly<Record<string, never>>, Signal> {
  checkRate('nodeDropout', rate);
  const layer: NodeLayer<Readonly<Record<string, never>>, Signal> = {
    name: `nodeDropout ${rate}`,
    hops: 0,
    params: {},
    apply: (_, x, context) => dropped(x, rate, context),
  };
  return described(layer, 'nodeDropout', { rate });
}

/** @throws {InputError} `setting`, unless a rate of dropout is at least 0 and below 1 */
export function checkRate(who: string, rate: number): void {
  if (typeof rate === 'number' && rate >= 0 && rate < 1) return;
  throw new InputError(
    'setting',
    `gfgn: ${who}'s rate is ${showValue(rate)}; a finite number of at least 0 and below 1 is needed`,
  );
}
