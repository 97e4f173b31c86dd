import { written } from '../written.ts';
import { DIMENSIONS, drawnGraph, type GraphInput, presets, SPLITS, training } from './model-settings.ts';

/** A program that prints the accuracies in percent. @param added features of the nodes that were drawn by hand, row by row */
export function gfgnCode({ preset, noise, drawing, seed }: GraphInput, added: ArrayLike<number> = []): string {
  const { nodes, edges } = drawing;
  const isDrawn = nodes.length + edges.length > 0;
  const rows = nodes.map(({ label }, k) => ({
    label,
    features: Array.from({ length: DIMENSIONS }, (_, d) => added[k * DIMENSIONS + d] ?? 0),
  }));
  const own = isDrawn ? 'drawn' : 'graph';
  const byHand = `
const nodes = ${written(rows)}; // by hand
const edges = ${written(edges)};
const [rows, columns] = [rowOfEntries(drawn.adjacency), drawn.adjacency.columns];
const [from, to] = [[...rows, ...edges.map(([a]) => a)], [...columns, ...edges.map(([, b]) => b)]];
const count = ${drawnGraph.nodes} + nodes.length;
const data = Float32Array.from([...drawn.features.data, ...nodes.flatMap(({ features }) => features)]);
const features = { data, rows: count, cols: ${DIMENSIONS} };
const labels = [...drawn.labels, ...nodes.map(({ label }) => label)];
const graph = { adjacency: undirected(count, from, to).adjacency, features, labels };
const added = Array.from(nodes, (_, k) => ${drawnGraph.nodes} + k); // to be learnt from`;
  return `import { blockModel, randomSplit, ${isDrawn ? 'undirected, ' : ''}withRandomEdges } from '@unbraid/data';
import { fit${isDrawn ? ', rowOfEntries' : ''} } from '@unbraid/gfgn';
import { createRandom } from '@unbraid/kernels';

const random = createRandom(${seed});
const shape = ${written({ ...drawnGraph, homophily: presets[preset].homophily })};
const ${own} = blockModel({ ...shape, random: random.split('graph') });${isDrawn ? byHand : ''}
const adjacency = withRandomEdges(graph.adjacency, ${noise}, random.split('noise'));
const options = ${written(training)};
for (const model of ['gfgnGraph', 'gcn', 'mlp']) {
  let sum = 0;
  for (let seed = 0; seed < ${SPLITS}; seed++) {
    const split = randomSplit(${own}.labels, random.split(\`split \${seed}\`));${isDrawn ? '\n    split.train = [...split.train, ...added];' : ''}
    const gateInputs = model === 'gfgnGraph'; // scores of the features' own dimensions
    const { best } = await fit({ model, graph: { ...graph, adjacency }, split, seed, gateInputs, ...options });
    sum += best.testAccuracy;
  }
  console.log(model, (100 * sum) / ${SPLITS});
}
`;
}
