export { blockRows } from './blocks.ts';
export { type LeastSquares, solveLeastSquares } from './cgls.ts';
export { gaussianGates, outputWeights } from './gates.ts';
