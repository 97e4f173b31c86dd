import { InputError } from '@unbraid/checks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';

const arena = new Arena({ initialBytes: 2 ** 26 });
const engines = (['wasm', 'scalar'] as const).map((engine) => createKernels(arena, { engine }));
const [native] = engines;

const NODES = 3;
const WIDTH = 2;

/** Arrays in the arena between guards, which no kernel may write to. */
function place(starts: readonly number[], columns: readonly number[]) {
  const floats = (count: number) => arena.alloc('float32', count).data.fill(1);
  const guards = [floats(1024)];
  const list = (values: readonly number[]) => {
    const { data } = arena.alloc('int32', values.length);
    data.set(values);
    return data;
  };
  const tables = { starts: list(starts), columns: list(columns) };
  const operands = { x: floats(NODES * WIDTH), out: floats(NODES * WIDTH), values: floats(columns.length) };
  guards.push(floats(1024));
  return { ...tables, ...operands, guards };
}

type Placed = ReturnType<typeof place>;

const attentionOf = ({ starts, columns, x }: Placed) => {
  const scores = new Float32Array(NODES * WIDTH);
  const factors = new Float64Array(native!.attentionRoom(NODES));
  return { starts, columns, heads: WIDTH, width: 1, slope: 0.2, factors, h: x, left: scores, right: scores };
};

const gatesOf = ({ starts, columns, values, x }: Placed) => {
  const room = arena.alloc('float32', native!.pairGatesRoom(NODES, WIDTH)).data;
  const roots = arena.alloc('float32', NODES).data.fill(1);
  return { starts, columns, values, roots, width: WIDTH, limit: 1, x, a: x, b: x, room };
};

const fresh = () => new Float32Array(NODES * WIDTH);

const uses = engines.flatMap((kernels) => [
  (p: Placed) => kernels.sparseProduct(p, p.x, WIDTH, p.out),
  (p: Placed) => kernels.sparseProductTransposed(p, p.x, WIDTH, p.out),
  (p: Placed) => kernels.pairGates(gatesOf(p), p.out),
  (p: Placed) => kernels.pairGatesBackward(gatesOf(p), { g: p.x, dx: p.out, da: fresh(), db: fresh() }),
  (p: Placed) => kernels.attention(attentionOf(p), p.out),
  (p: Placed) =>
    kernels.attentionBackward(attentionOf(p), { out: p.x, g: p.x, dh: p.out, dleft: fresh(), dright: fresh() }),
]);

describe('kernels on tables from a caller', () => {
  it('refuse starts and columns that would lead outside of their operands, and never write there', () => {
    const wild = fc.constantFrom(0, 1, 2, 3, -1, 4, 300, 2 ** 30, -(2 ** 31));
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 4 }), fc.array(wild, { maxLength: 4 }), (inner, columns) => {
        const starts = [0, ...inner.slice(0, NODES - 1), columns.length];
        while (starts.length <= NODES) starts.splice(1, 0, 0);
        const rises = starts.every((start, i) => i === 0 || start >= starts[i - 1]!);
        const inside = columns.every((column) => column >= 0 && column < NODES);
        for (const use of uses) {
          const placed = place(starts, columns);
          if (rises && inside) use(placed);
          else expect(() => use(placed)).toThrow(InputError);
          for (const guard of placed.guards) expect(guard.every((x) => x === 1)).toBe(true);
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('say which row, and which operand is too short', () => {
    const wrong = place([0, 1, 1, 2], [0, -7]);
    expect(() => native!.sparseProduct(wrong, wrong.x, WIDTH, wrong.out)).toThrow(
      "kernels: sparseProduct: a Csr's row 2 has an entry in column -7",
    );
    const right = place([0, 1, 1, 2], [0, 2]);
    expect(() => native!.sparseProduct(right, right.x.subarray(0, 2 * WIDTH), WIDTH, right.out)).toThrow(
      'kernels: sparseProduct: an entry stands in column 2, so that an operand of 3 rows is needed; it has 2',
    );
    expect(() => native!.sparseProductTransposed(right, right.x, WIDTH, right.out.subarray(0, 5))).toThrow(
      'it has 2.5',
    );
  });
});
