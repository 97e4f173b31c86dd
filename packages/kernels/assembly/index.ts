export { adam } from './adam';
export { sgd, sgdMomentum } from './sgd';
export { axpby, scale } from './elementwise';
export { dot, sum, sumOfSquares } from './reductions';
export { maxAbs, firstNonFinite } from './magnitude';
export { gatherRows } from './gather';
export { philox } from './philox';
export { toUniform, toSigns } from './uniform';
export { toNormal } from './normal';
