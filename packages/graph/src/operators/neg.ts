import { constant } from './constant.ts';
import { unary } from './unary.ts';

/** −x, entry by entry. */
export const neg = unary({
  name: 'neg',
  onnx: 'Neg',
  value: (x) => -x,
  derivative: (x) => constant(-1, [], x.dtype),
  simplify: ({ inputs: [x] }) => (x!.operator.name === 'neg' ? x!.inputs[0] : undefined),
  integers: true,
});
