import { applyScaling, fitStandardization, parseTable } from '@unbraid/data';
import { createGalu } from '@unbraid/galu';
import type { Answer, Task } from './messages.ts';

async function train({ table }: Task): Promise<Answer> {
  const { x, labels, classes } = parseTable(table, { label: 'kind' });
  const scaled = applyScaling(fitStandardization(x), x);
  const model = await createGalu({ neurons: 200, ridge: 0.1, seed: 1 }).fit(scaled, labels!);
  return { accuracy: await model.score(scaled, labels!), rows: x.rows, classes: classes! };
}

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const answer = await train(data).catch((error: Error): Answer => ({ failed: error.message }));
  self.postMessage(answer);
};
