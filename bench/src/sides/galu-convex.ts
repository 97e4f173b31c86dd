import { fitConvex } from '@unbraid/galu';
import { serve } from '../serve.ts';
import { type ConvexData, type ConvexTask, objectiveOf, readConvexData, WITHIN } from '../tasks/galu-convex.ts';

/** Our side of the convex programs: the public call, to a certified duality gap. */

let data: ConvexData;
let task: ConvexTask;

await serve<ConvexTask>({
  async prepare(given) {
    task = given;
    data = await readConvexData(task.file);
    const { iterations, weights } = await solve();
    return {
      version: 'fitConvex',
      note: `ours: ${iterations} iterations, ${weights.length / (data.x.cols + (task.method === 'relu' ? 1 : 0))} neurons`,
    };
  },
  async run() {
    const [start, busy] = [performance.now(), process.cpuUsage()];
    const { weights } = await solve();
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(busy);
    const processor = (user + system) / 1000;
    return {
      milliseconds,
      weights,
      figures: { processor, above: 1e6 * (objectiveOf(data, task, weights) / task.optimum - 1) },
    };
  },
});

async function solve(): Promise<{ iterations: number; weights: number[] }> {
  const { x, y, gates } = data;
  const { method, penalty } = task;
  const network = await fitConvex(x, y, { penalty, gates, method, tolerance: WITHIN / 2 });
  const { iterations } = network.report;
  const d = x.cols;
  if (network.kind === 'relu') {
    const rows = Array.from(network.output.data, (a, j) => [...network.hidden.data.subarray(j * d, (j + 1) * d), a]);
    return { iterations, weights: rows.flat() };
  }
  const weights = new Array<number>(gates.rows * d).fill(0);
  for (let at = 0; at < network.weights.rows; at++) {
    const j = gateOf(network.gates.data.subarray(at * d, (at + 1) * d));
    network.weights.data.subarray(at * d, (at + 1) * d).forEach((value, t) => {
      weights[j * d + t] = value;
    });
  }
  return { iterations, weights };
}

/** Which of the task's gates a network's gate is. */
function gateOf(row: Float32Array): number {
  const { data: all, cols: d } = data.gates;
  for (let j = 0; j * d < all.length; j++) if (row.every((value, t) => value === all[j * d + t])) return j;
  throw new Error('bench: a gate of the network is none of the task');
}
