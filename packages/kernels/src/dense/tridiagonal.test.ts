import { expect, test } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';
import { createRandom } from '../random/create-random.ts';

const arena = new Arena();
const kernels = createKernels(arena);

function symmetric(n: number): Float64Array {
  const half = createRandom(n).normal(new Float64Array(n * n));
  return half.map((value, at) => value + half[(at % n) * n + Math.floor(at / n)]!);
}

function reduced(matrix: Float64Array, n: number, alloc: (length: number) => Float64Array) {
  const given = { matrix: alloc(n * n), diagonal: alloc(n), beside: alloc(n), scales: alloc(n), room: alloc(3 * n) };
  given.matrix.set(matrix);
  kernels.tridiagonalize(given);
  return given;
}

/** H = Q T Qᵀ, by applying the reflectors to both sides of T. */
function rebuilt({ matrix: v, diagonal, beside, scales }: ReturnType<typeof reduced>): Float64Array {
  const n = diagonal.length;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + i] = diagonal[i]!;
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = beside[i]!;
  }
  const reflect = (i: number, get: (k: number) => number, set: (k: number, value: number) => void) => {
    if (!(scales[i]! > 0)) return;
    let along = 0;
    for (let k = 0; k < i; k++) along += v[i * n + k]! * get(k);
    for (let k = 0; k < i; k++) set(k, get(k) - (v[i * n + k]! * along) / scales[i]!);
  };
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < n; j++)
      reflect(
        i,
        (k) => a[k * n + j]!,
        (k, value) => {
          a[k * n + j] = value;
        },
      );
    for (let j = 0; j < n; j++)
      reflect(
        i,
        (k) => a[j * n + k]!,
        (k, value) => {
          a[j * n + k] = value;
        },
      );
  }
  return a;
}

test.each([1, 2, 3, 4, 7, 32, 33])('a symmetric matrix of %i rows is that which its reduction stands for', (n) => {
  const matrix = symmetric(n);
  const again = rebuilt(reduced(matrix, n, (length) => new Float64Array(length)));
  matrix.forEach((value, at) => {
    expect(again[at]).toBeCloseTo(value, 10);
  });
});

test.each([1, 2, 5, 32, 33])('wasm and the twin have the same bits for %i rows', (n) => {
  const matrix = symmetric(n);
  const scalar = reduced(matrix, n, (length) => new Float64Array(length));
  const blocks = [n * n, n, n, n, 3 * n].map((length) => arena.alloc('float64', length));
  const [a, diagonal, beside, scales, room] = blocks.map(({ data }) => data) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  a.set(matrix);
  kernels.tridiagonalize({ matrix: a, diagonal, beside, scales, room });
  expect(kernels.engine).toBe('wasm');
  expect([...diagonal]).toEqual([...scalar.diagonal]);
  expect([...beside]).toEqual([...scalar.beside]);
  expect([...scales]).toEqual([...scalar.scales]);
  for (let i = 0; i < n; i++) {
    expect([...a.subarray(i * n, i * n + i)]).toEqual([...scalar.matrix.subarray(i * n, i * n + i)]);
  }
  for (const block of blocks) block.free();
});

test('zero matrices have no reflectors, and lengths must fit', () => {
  const zero = reduced(new Float64Array(9), 3, (length) => new Float64Array(length));
  expect([...zero.scales, ...zero.diagonal, ...zero.beside].every((value) => value === 0)).toBe(true);
  const { matrix, diagonal, beside, scales } = zero;
  expect(() => kernels.tridiagonalize({ matrix, diagonal, beside, scales, room: new Float64Array(3) })).toThrow(
    'n · n, n each and 3n belong together',
  );
});

test('rows that are nothing but rounding, whose squares all but vanish, stay finite', () => {
  const n = 6;
  const matrix = symmetric(n).map((value, at) => (Math.max(Math.floor(at / n), at % n) > 2 ? value * 1e-160 : value));
  const blocks = [n * n, n, n, n, 3 * n].map((length) => arena.alloc('float64', length));
  let at = 0;
  for (const alloc of [(length: number) => new Float64Array(length), () => blocks[at++]!.data]) {
    const given = reduced(matrix, n, alloc);
    expect(
      [given.matrix, given.diagonal, given.beside, given.scales].flatMap((part) => [...part]).every(Number.isFinite),
    ).toBe(true);
    expect(given.scales.every((h) => h === 0 || Number.isFinite(1 / h))).toBe(true);
    rebuilt(given).forEach((value, i) => {
      expect(value).toBeCloseTo(matrix[i]!, 12);
    });
  }
  for (const block of blocks) block.free();
});
