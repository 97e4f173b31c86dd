// The largest memory of a sampled fit of GFGN-pair on a drawn graph of ogbn-arxiv's size: 169,343 nodes, 1,166,243 edges, 128 features, 40 classes, all nodes in
// a split. The process that fits reads its arrays from files. A step has the memory of any other, so that two epochs of six steps tell it:
// node packages/gfgn/scripts/measure-sampled.js [nodes to learn from, default 3072]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { fit } from '../dist/index.js';

const SIZE = { nodes: 169_343, edges: 1_166_243, features: 128, classes: 40, validation: 29_799 };

const [folder, trained] = process.argv.slice(2);
if (folder?.startsWith('/')) await measure(folder, Number(trained));
else start(folder ?? '3072');

function start(trained) {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-sampled-'));
  try {
    draw(folder);
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), folder, trained], { stdio: 'inherit' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function draw(folder) {
  const { nodes, edges, features, classes } = SIZE;
  const random = createRandom(1);
  const [from, to] = [0, 1].map(() => Int32Array.from({ length: edges }, () => random.int(nodes)));
  const loop = (list, other) => list.map((node, i) => (node === other[i] ? (node + 1) % nodes : node));
  const ends = [loop(from, to), to];
  const join2 = (a, b) => Int32Array.from({ length: 2 * edges }, (_, i) => (i < edges ? a[i] : b[i - edges]));
  const adjacency = csrFromEntries(nodes, nodes, { rows: join2(...ends), columns: join2(ends[1], ends[0]) });
  const arrays = {
    ...{ starts: adjacency.starts, columns: adjacency.columns },
    values: new Float32Array(adjacency.columns.length).fill(1),
    features: random.normal(new Float32Array(nodes * features)),
    labels: Int32Array.from({ length: nodes }, () => random.int(classes)),
    order: Int32Array.from(random.permutation(nodes)),
  };
  for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, name), new Uint8Array(array.buffer));
}

async function measure(folder, trained) {
  const { nodes, features: cols, classes, validation } = SIZE;
  const read = (name, Type) => {
    const bytes = readFileSync(join(folder, name));
    return new Type(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  };
  const [starts, columns, labels, order] = ['starts', 'columns', 'labels', 'order'].map((name) =>
    read(name, Int32Array),
  );
  const [values, data] = ['values', 'features'].map((name) => read(name, Float32Array));
  const graph = {
    adjacency: { rows: nodes, cols: nodes, starts, columns, values },
    features: { rows: nodes, cols, data },
    ...{ labels, classes },
  };
  const split = {
    train: order.subarray(0, trained),
    validation: order.subarray(trained, trained + validation),
    test: order.subarray(trained + validation),
  };
  const most = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1.024e-3;
  const tell = (when) =>
    process.stdout.write(`${when.padEnd(24)} ${most().toFixed(0).padStart(5)} MB, ${process.uptime().toFixed(0)} s\n`);
  tell('before fit');
  await fit({
    ...{ model: 'gfgnPair', hidden: 64, dropout: 0.5, epochs: 2, graph, split, onWarning() {} },
    sample: { fanOuts: [10, 10], batchSize: 512 },
    onEpoch: ({ epoch }) => tell(`epoch ${epoch}, validated`),
  });
  tell('end of fit');
}
