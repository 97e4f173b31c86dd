import { createMatrix } from '@unbraid/data';
import { createGalu } from '@unbraid/galu';

const x = createMatrix(4, 2, Float32Array.of(0, 1, 1, 0, 1, 1, -1, 2));
const labels = Int32Array.of(0, 1, 1, 0);
const model = await createGalu({ neurons: 50, ridge: 0.01 }).fit(x, labels);
console.log(`accuracy ${await model.score(x, labels)} after ${model.report.iterations} iterations`);
