import type { Problem } from './tasks.ts';

/** The demo's number by the packages alone, in Node. */
export const galuCode = ({ points, neurons, seed }: Problem): string => `import { createGalu } from '@unbraid/galu';

const points = [ // x, y, and the value that is asked for there
  ${points.map(({ x, y, label }) => `[${x}, ${y}, ${label}]`).join(', ')},
];
const x = points.map(([a, b]) => [a!, b!]);
const y = Float32Array.from(points, (point) => point[2]!);
const galu = createGalu({ neurons: ${neurons}, scale: true, intercept: false, ridge: 1e-6, seed: ${seed} });
const model = await galu.fit(x, y);
console.log(model.report.error);
`;
