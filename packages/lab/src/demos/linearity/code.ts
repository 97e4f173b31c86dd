import { NETWORKS, type Network } from './tasks.ts';

/** The demo's number by the packages alone, in Node. */
export function linearityCode({ family, width, seed }: Network, place: number): string {
  const kinds = {
    linear: 'depth: 2',
    nonlinear: "depth: 2, output: 'nonlinear'",
    bottleneck: 'depth: 3, bottleneck: { layer: 2 }',
  };
  const seeds = Array.from({ length: NETWORKS }, (_, network) => seed + network);
  return `import { hessianNorm, ntkNetwork } from '@unbraid/linearity';
import { initialize } from '@unbraid/nn';

const z = ${place}; // the first point
const x = [[Math.SQRT2 * Math.sin(z), Math.SQRT2 * Math.cos(z)]];
const model = ntkNetwork({ inputs: 2, width: ${width}, activation: 'tanh', ${kinds[family]} });
let sum = 0;
for (const seed of [${seeds.join(', ')}]) {
  const { norm } = await hessianNorm({ model, params: initialize(model, seed), x }, { tolerance: 0.01 });
  sum += norm.value;
}
console.log(sum / ${NETWORKS});
`;
}
