import { unary } from './unary.ts';

function toEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

/** The nearest whole number, of two as near the even one; its derivative is 0. */
export const round = unary({ name: 'round', onnx: 'Round', value: (x) => (Number.isFinite(x) ? toEven(x) : x) });
