import { add, leavesOf, mul, reduceSum, type Tensor, type Tree } from '@unbraid/graph';

/**
 * l2 times the sum of squared weights, as `fit` adds it to the loss; nothing for l2 = 0.
 * @param layers of so many layers with weights, from the first on; below 0: of all but so many at the end; default all
 */
export function weightDecay(l2: number, layers?: number): ((params: Tree<Tensor>) => Tensor) | undefined {
  if (l2 === 0) return undefined;
  return (params) => {
    const weights = leavesOf(params).filter(({ path }) => path.endsWith('weight'));
    const squares = weights.slice(0, layers).map(({ value }) => reduceSum(mul(value, value)));
    return mul(
      squares.reduce((sum, square) => add(sum, square)),
      l2,
    );
  };
}
