import { InputError, showValue } from '@unbraid/checks';
import { add, concat, type Tensor } from '@unbraid/graph';
import { type ParamSpec, param, zeros } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { weightOf } from './linear.ts';
import { type NodeLayer, times } from './node-layer.ts';

/** Parameters of `mixHopLayer`: a weight [inputs, width] for each power, and a bias of all of them, [powers · width]. */
export type MixHopParams = { readonly weights: readonly ParamSpec[]; readonly bias: ParamSpec };

/**
 * The columns Ã^p X W_p for several powers p side by side, + b (Abu-El-Haija et al. 2019, arXiv 1905.00067, equation 2; PyG's `MixHopConv`). What mixes them is
 * the next layer.
 * @param width outputs of each power
 * @param powers whole numbers from 0. Default 0, 1, 2.
 * @throws {InputError} for powers that are none
 */
export function mixHopLayer(
  inputs: number,
  width: number,
  powers: readonly number[] = [0, 1, 2],
): NodeLayer<MixHopParams> {
  if (
    !Array.isArray(powers) ||
    powers.length === 0 ||
    powers.length > MOST ||
    powers.some((p) => !(Number.isSafeInteger(p) && p >= 0 && p <= MOST))
  )
    throw new InputError(
      'setting',
      `gfgn: mixHopLayer's powers are ${showValue(powers)}; whole numbers from 0 to ${MOST} are needed`,
    );
  const outputs = powers.length * width;
  const layer: NodeLayer<MixHopParams> = {
    ...{ name: `mixHopLayer ${inputs} → ${powers.length} × ${width}`, inputs, outputs },
    hops: Math.max(...powers),
    params: { weights: powers.map(() => weightOf(inputs, width).weight), bias: param([outputs], zeros) },
    apply({ weights, bias }, x, { structure }) {
      const columns = weights.map((weight, i): Tensor => {
        let z = times(x, weight);
        for (let hop = 0; hop < powers[i]!; hop++) z = sparseMatmul(structure.normalized, z);
        return z;
      });
      return add(concat(columns, 1), bias);
    },
  };
  return described(layer, 'mixHopLayer', { inputs, outputs: width, powers });
}

/** Steps along edges beyond which all nodes hear of all in any graph that fits. */
const MOST = 100;
