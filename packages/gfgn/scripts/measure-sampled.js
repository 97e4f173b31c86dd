// The largest memory of a sampled fit of GFGN-pair on a drawn graph of ogbn-arxiv's size. A step has the memory of any other, so that two epochs of six steps tell it:
// node packages/gfgn/scripts/measure-sampled.js [nodes to learn from, default 3072]
import { fileURLToPath } from 'node:url';
import { fit } from '../dist/index.js';
import { readDrawnGraph, SIZE, tell, withDrawnGraph } from './arxiv-size.js';

const [folder, trained] = process.argv.slice(2);
if (folder?.startsWith('/')) await measure(folder, Number(trained));
else withDrawnGraph(fileURLToPath(import.meta.url), [folder ?? '3072']);

async function measure(folder, trained) {
  const { graph, order } = readDrawnGraph(folder);
  const split = {
    train: order.subarray(0, trained),
    validation: order.subarray(trained, trained + SIZE.validation),
    test: order.subarray(trained + SIZE.validation),
  };
  tell('before fit');
  await fit({
    ...{ model: 'gfgnPair', hidden: 64, dropout: 0.5, epochs: 2, graph, split, onWarning() {} },
    sample: { fanOuts: [10, 10], batchSize: 512 },
    onEpoch: ({ epoch }) => tell(`epoch ${epoch}, validated`),
  });
  tell('end of fit');
}
