import { add, evaluate, input, matmul, type Tensor } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { relativeError } from '../test/fixture.ts';
import { fuseSums } from './fuse-sums.ts';

const random = createRandom(1);

/** A sum of two products with the given flags, and values for their operands. */
function sumOfProducts(rows: number, cols: number, transposeA: boolean, transposeB: boolean) {
  const values = new Map<Tensor, { shape: readonly number[]; dtype: 'float64'; data: Float64Array }>();
  const operand = (name: string, shape: number[]) => {
    const tensor = input(name, shape, 'float64');
    const size = shape.reduce((product, d) => product * d, 1);
    values.set(tensor, { shape, dtype: 'float64', data: random.normal(new Float64Array(size)) });
    return tensor;
  };
  const product = (name: string, inner: number) =>
    matmul(
      operand(`${name}.left`, transposeA ? [inner, rows] : [rows, inner]),
      operand(`${name}.right`, transposeB ? [cols, inner] : [inner, cols]),
      { transposeA, transposeB },
    );
  return { sum: add(product('first', 1), product('second', 2)), values };
}

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('a sum of outer products becomes one product of the same value (transposed: %s, %s)', (transposeA, transposeB) => {
  const { sum, values } = sumOfProducts(20, 30, transposeA, transposeB);
  const fused = fuseSums(sum);
  expect(fused.operator.name).toBe('matmul');
  const [before, after] = evaluate([sum, fused], values);
  expect(relativeError(after!.data, before!.data)).toBeLessThan(1e-14);
});

test('small results are left alone, where joining operands would cost more than adding', () => {
  const { sum } = sumOfProducts(3, 3, false, false);
  expect(fuseSums(sum)).toBe(sum);
});
