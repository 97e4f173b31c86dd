// A drawn graph of ogbn-arxiv's size: 169,343 nodes, 1,166,243 edges, 128 features, 40 classes, all nodes in a split; and the largest memory of a process that
// reads its arrays from files, so that what drawing takes isn't counted.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, csrFromEntries } from '@unbraid/kernels';

export const SIZE = { nodes: 169_343, edges: 1_166_243, features: 128, classes: 40, validation: 29_799 };

/** Runs a script once more, its arguments behind a folder with the arrays. */
export function withDrawnGraph(script, args) {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-sampled-'));
  try {
    draw(folder);
    execFileSync(process.execPath, [script, folder, ...args], { stdio: 'inherit' });
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

/** The graph in a folder, and an order of its nodes. */
export function readDrawnGraph(folder) {
  const { nodes, features: cols, classes } = SIZE;
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
  return { graph, order };
}

/** Prints the most memory that this process has had. */
export function tell(when) {
  const most = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1.024e-3;
  process.stdout.write(`${when.padEnd(24)} ${most.toFixed(0).padStart(5)} MB, ${process.uptime().toFixed(0)} s\n`);
}
