import { InputError, listed } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import type { Matrix } from '../matrix.ts';
import { type ZipMember, zipMembers } from '../zip-members.ts';
import { classCount } from './class-count.ts';
import type { GraphSet, GraphSplit } from './graph-data.ts';
import { edgeNotes } from './notes.ts';
import { numberLines } from './number-lines.ts';
import { undirected } from './undirected.ts';

/**
 * A graph of the Open Graph Benchmark whose nodes have features and one class each, `ogbn-arxiv` or `ogbn-products`, from its official zip archive of gzipped
 * CSV, with its one split. Edges count in both directions. Files are unpacked as they are read, and memory holds the archive, the features (4 bytes a number)
 * and the edges.
 *
 * @param name of the graph; that of the file unless given
 * @throws InputError, one line that names the file in the archive, and the line at fault; for a graph without features (`ogbn-proteins`, of edges with features
 *   and nodes of many labels), of several kinds of nodes (`ogbn-mag`) or in another form (`ogbn-papers100M`) too
 */
export async function readOgb(path: string, name = path): Promise<GraphSet> {
  return ogbGraph(await readBytes(path), path, name);
}

/** The same of the bytes of such an archive. @param path how errors name it */
export async function ogbGraph(bytes: Uint8Array, path: string, name: string): Promise<GraphSet> {
  const members = await zipMembers(bytes, path);
  const root = rootOf(members, path);
  const ints: ReadInts = (part, cols, size) =>
    numberLines(memberOf(members, `${root}${part}`, path), `${root}${part} in ${path}`, {
      create: (length) => new Int32Array(length),
      whole: true,
      cols,
      ...size,
    });
  const nodes = (await ints('raw/num-node-list.csv.gz', 1, { rows: 1 })).values[0]!;
  const edges = (await ints('raw/num-edge-list.csv.gz', 1, { rows: 1 })).values[0]!;
  const { values: labels } = await ints('raw/node-label.csv.gz', 1, { rows: nodes });
  const ends = (await ints('raw/edge.csv.gz', 2, { rows: edges })).values;
  const features = await featuresOf(members, `${root}raw/node-feat.csv.gz`, nodes, path);
  const end = (column: number) => Int32Array.from({ length: edges }, (_, edge) => ends[2 * edge + column]!);
  const { adjacency, report } = undirected(nodes, end(0), end(1), `${root}raw/edge.csv.gz in ${path}`);
  const classes = classCount(labels, `${root}raw/node-label.csv.gz in ${path}`);
  const graph = { name, adjacency, features, labels, classes, report, notes: edgeNotes(report) };
  return { graph, splits: [await splitOf(members, root, nodes, path, ints)] };
}

/** The folder that all is in, with its slash. */
function rootOf(members: ReadonlyMap<string, ZipMember>, path: string): string {
  const edges = [...members.keys()].find((key) => key.endsWith('raw/edge.csv.gz'));
  if (edges !== undefined) return edges.slice(0, -'raw/edge.csv.gz'.length);
  throw new InputError(
    'file',
    `data: ${path} has no raw/edge.csv.gz; readOgb takes the archives of ogbn-arxiv and ogbn-products as they are published`,
  );
}

function memberOf(members: ReadonlyMap<string, ZipMember>, name: string, path: string): ZipMember {
  const member = members.get(name);
  if (member) return member;
  throw new InputError('file', `data: ${path} has no ${name}; it has ${listed([...members.keys()]) || 'no files'}`);
}

async function featuresOf(
  members: ReadonlyMap<string, ZipMember>,
  part: string,
  nodes: number,
  path: string,
): Promise<Matrix> {
  const { values, cols } = await numberLines(memberOf(members, part, path), `${part} in ${path}`, {
    create: (length) => new Float32Array(length),
    whole: false,
    rows: nodes,
  });
  return { data: values, rows: nodes, cols };
}

/** @param size lines that there must be, or the most numbers that there may be */
type ReadInts = (
  part: string,
  cols: number,
  size: { readonly rows: number } | { readonly most: number },
) => Promise<{ readonly values: Int32Array }>;

/** The split, whose folder is named after how it was made (`time`, `sales_ranking`). */
async function splitOf(
  members: ReadonlyMap<string, ZipMember>,
  root: string,
  nodes: number,
  path: string,
  ints: ReadInts,
): Promise<GraphSplit> {
  const file = [...members.keys()].find((key) => key.startsWith(`${root}split/`) && key.endsWith('/train.csv.gz'));
  if (file === undefined) throw new InputError('file', `data: ${path} has no ${root}split/…/train.csv.gz`);
  const folder = file.slice(root.length, -'train.csv.gz'.length);
  const seen = new Uint8Array(nodes);
  const read = async (part: string) => {
    const { values } = await ints(`${folder}${part}.csv.gz`, 1, { most: nodes });
    const wrong = values.find((node) => node >= nodes || seen[node]!++ > 0);
    if (wrong === undefined) return values.toSorted();
    throw new InputError(
      'file',
      `data: ${root}${folder}${part}.csv.gz in ${path} has the node ${wrong} ${wrong >= nodes ? `of ${nodes}` : 'again'}; a node is for one purpose`,
    );
  };
  const [train, validation, test] = [await read('train'), await read('valid'), await read('test')];
  if (train.length > 0) return { train, validation, test };
  throw new InputError('file', `data: ${root}${folder}train.csv.gz in ${path} has no nodes to train on`);
}
