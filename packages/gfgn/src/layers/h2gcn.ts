import { concat, type Tensor } from '@unbraid/graph';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkWhole, denseOf } from './linear.ts';
import type { NodeLayer } from './node-layer.ts';
import { symmetricallyNormalized, twoHops } from './two-hops.ts';

/**
 * H2GCN's propagation (Zhu et al. 2020, arXiv 2006.11468, equations 5 to 7): in each round r the features of neighbours and of nodes exactly two steps away,
 * each summed by Ā_k = D_k^−1/2 A_k D_k^−1/2, stand side by side, r_i^(k) = [Ā_1 r, Ā_2 r], a node itself being in neither; what comes out is
 * [r^(0), …, r^(rounds)], 2^(rounds + 1) − 1 times as wide as what goes in. H2GCN is an embedding (one linear layer and a ReLU) before it and a linear layer
 * behind it. It needs the whole graph: batches of it have other neighbours two steps away.
 * @param width of what goes in
 * @param rounds K. Default 2.
 */
export function h2gcnPropagation(width: number, rounds = 2): NodeLayer<Readonly<Record<string, never>>> {
  checkWhole("h2gcnPropagation's width", width);
  checkWhole("h2gcnPropagation's rounds", rounds, 10);
  const layer: NodeLayer<Readonly<Record<string, never>>> = {
    ...{ name: `h2gcnPropagation ${rounds}`, inputs: width, outputs: width * (2 ** (rounds + 1) - 1) },
    hops: 2 * rounds,
    params: {},
    apply(_, x, { structure }) {
      const near = symmetricallyNormalized(structure.open);
      const far = symmetricallyNormalized(twoHops(structure.open));
      const all: Tensor[] = [denseOf(x)];
      for (let round = 1; round <= rounds; round++) {
        const last = all.at(-1)!;
        all.push(concat([sparseMatmul(near, last), sparseMatmul(far, last)], 1));
      }
      return concat(all, 1);
    },
  };
  return described(layer, 'h2gcnPropagation', { inputs: width, rounds });
}
