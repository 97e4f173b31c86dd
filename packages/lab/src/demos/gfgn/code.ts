import { written } from '../written.ts';
import { DIMENSIONS, drawnGraph, type GraphInput, presets, SPLITS, training } from './model-settings.ts';

/** A program that prints the accuracies of MLP, GCN and GFGN in percent, in this order. @param added features of the nodes that were drawn by hand, row by row */
export function gfgnCode({ preset, noise, drawing, seed }: GraphInput, added: ArrayLike<number> = []): string {
  const { nodes, edges } = drawing;
  const isDrawn = nodes.length + edges.length > 0;
  const own = isDrawn ? 'drawn' : 'graph';
  const byHand = `
// By hand: classes and features of nodes, and ends of edges.
const [labels, data] = [Int32Array.of(${nodes.map(({ label }) => label).join(', ')}), Float32Array.of(${Array.from(added).join(', ')})];
const [from, to] = [Int32Array.of(${edges.map(([a]) => a).join(', ')}), Int32Array.of(${edges.map(([, b]) => b).join(', ')})];
const count = ${drawnGraph.nodes} + labels.length;
const { adjacency: own, features } = drawn;
const graph = {
  adjacency: undirected(count, [...rowOfEntries(own), ...from], [...own.columns, ...to]).adjacency,
  features: { data: Float32Array.from([...features.data, ...data]), rows: count, cols: ${DIMENSIONS} },
  labels: [...drawn.labels, ...labels],
};
const added = Array.from(labels, (_, k) => ${drawnGraph.nodes} + k);`;
  return `import { blockModel, randomSplit, ${isDrawn ? 'undirected, ' : ''}withRandomEdges } from '@unbraid/data';
import { fit, modelNames } from '@unbraid/gfgn';
import { createRandom${isDrawn ? ', rowOfEntries' : ''} } from '@unbraid/kernels';

const random = createRandom(${seed});
const shape = ${written({ ...drawnGraph, homophily: presets[preset].homophily })};
const ${own} = blockModel({ ...shape, random: random.split('graph') });${isDrawn ? byHand : ''}
const adjacency = withRandomEdges(graph.adjacency, ${noise}, random.split('noise'));
const options = ${written(training)};
for (const model of modelNames.filter((name) => /^(mlp|gcn|gfgnGraph)$/.test(name))) {
  let sum = 0;
  for (let seed = 0; seed < ${SPLITS}; seed++) {
    const ${isDrawn ? 'parts' : 'split'} = randomSplit(${own}.labels, random.split(\`split \${seed}\`));${isDrawn ? '\n    const split = { ...parts, train: [...parts.train, ...added] };' : ''}
    const gateInputs = model === 'gfgnGraph'; // scores of the features' own dimensions
    const { best } = await fit({ model, graph: { ...graph, adjacency }, split, seed, gateInputs, ...options });
    sum += best.testAccuracy;
  }
  console.log((100 * sum) / ${SPLITS});
}
`;
}
