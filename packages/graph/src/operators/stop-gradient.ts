import { apply, type Operator, type Tensor } from '../tensor.ts';

const operator: Operator = {
  name: 'stopGradient',
  type: ([x]) => x!,
  evaluate: ([x]) => x!,
  emit: ([x], _, emitter) => emitter.node('Identity', [x!]),
  simplify: ({ inputs: [x] }) => x,
};

/** The same value, treated as a constant by every derivative. */
export const stopGradient = (x: Tensor): Tensor => apply(operator, [x], {});
