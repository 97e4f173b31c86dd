import { hessianNorm } from '@unbraid/linearity';
import { initialize } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { taskContext } from '../task-context.ts';
import { followPath, inputsOf, measureWidths, networkOf, pointsOf } from './model.ts';
import { type Family, gridPlaces, MOMENTS, NETWORKS, type Network, WIDTHS } from './tasks.ts';

const follow = (network: Network) => followPath(network, taskContext(new AbortController().signal));
const measure = (family: Family, seed: number) =>
  measureWidths({ family, seed }, taskContext(new AbortController().signal));

it('network and tangent model start as one and both learn', async () => {
  for (const family of ['linear', 'nonlinear', 'bottleneck'] as const) {
    const path = await follow({ family, width: 32, seed: 31 });
    expect([path.losses, path.tangentLosses, path.functions, path.tangents].map(({ length }) => length)).toEqual(
      [4, 4, 4, 4].map(() => MOMENTS.length),
    );
    expect(path.distances[0]).toBeLessThan(1e-5);
    expect(path.tangentLosses[0]).toBeCloseTo(path.losses[0]!, 5);
    expect(path.losses.at(-1)).toBeLessThan(0.2 * path.losses[0]!);
    expect(path.tangentLosses.at(-1)).toBeLessThan(0.2 * path.tangentLosses[0]!);
    expect(path.functions.every(({ length }) => length === gridPlaces.length)).toBe(true);
  }
}, 120_000);

it('a wide network with a linear output stays with its tangent model, others leave it', async () => {
  const [narrow, wide, nonlinear] = await Promise.all([
    measureLargest('linear', 8),
    measureLargest('linear', 256),
    measureLargest('bottleneck', 256),
  ]);
  expect(wide).toBeLessThan(0.4 * narrow);
  expect(nonlinear).toBeGreaterThan(2 * wide);
}, 120_000);

/** Mean over five seeds of the largest distance on the path. */
async function measureLargest(family: Family, width: number): Promise<number> {
  let sum = 0;
  for (let seed = 41; seed < 46; seed++) sum += Math.max(...(await follow({ family, width, seed })).distances) / 5;
  return sum;
}

it("norms are the library's, and fall as 1/√m with a linear output alone", async () => {
  const slope = async (family: Family) => {
    const { hessian } = await measure(family, 51);
    return Math.log(hessian.at(-1)! / hessian[2]!) / Math.log(WIDTHS.at(-1)! / WIDTHS[2]!);
  };
  const { hessian, gradient } = await measure('linear', 51);
  const x = inputsOf([pointsOf(51)[0]![0]]);
  const model = networkOf('linear', 64);
  let sum = 0;
  for (let seed = 51; seed < 51 + NETWORKS; seed++)
    sum += (await hessianNorm({ model, params: initialize(model, seed), x }, { tolerance: 0.01 })).norm.value;
  expect(hessian[WIDTHS.indexOf(64)]).toBeCloseTo(sum / NETWORKS, 2);
  for (const norm of gradient) expect(norm).toBeGreaterThan(0.3);
  expect(await slope('linear')).toBeLessThan(-0.3);
  expect(await slope('nonlinear')).toBeGreaterThan(-0.25);
  expect(await slope('bottleneck')).toBeGreaterThan(-0.25);
}, 180_000);

it('the same settings give the same path', async () => {
  const network = { family: 'linear', width: 16, seed: 61 } as const;
  expect(await follow(network)).toEqual(await follow(network));
});
