// The largest memory of predictions for all nodes of a drawn graph of ogbn-arxiv's size, by a GFGN-pair of width 64 that isn't trained:
// node packages/gfgn/scripts/measure-predict.js [nodes at once, default 8192; or all] [model, default gfgnPair]
import { fileURLToPath } from 'node:url';
import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import { createModel, predict } from '../dist/index.js';
import { readDrawnGraph, SIZE, tell, withDrawnGraph } from './arxiv-size.js';

const [folder, size, name] = process.argv.slice(2);
if (folder?.startsWith('/')) await measure(folder, size === 'all' ? undefined : Number(size), name);
else withDrawnGraph(fileURLToPath(import.meta.url), [folder ?? '8192', size ?? 'gfgnPair']);

async function measure(folder, nodesAtOnce, model) {
  const { graph } = readDrawnGraph(folder);
  const made = createModel({ model, inputs: SIZE.features, classes: SIZE.classes, hidden: 64 });
  const trained = { settings: made.settings, params: initialize(made, createRandom(1)) };
  tell('before');
  const { data } = await predict(trained, graph, { nodesAtOnce });
  tell(`${model}, ${nodesAtOnce ?? 'all'} at once`);
  process.stdout.write(`the first outputs: ${[...data.subarray(0, 3)].join(' ')}\n`);
}
