import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, unknownName } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import { cacheFolder, type DataEnvironment, userDataFolder } from '../datasets/folders.ts';
import { readGeomGcn } from './geom-gcn.ts';
import { readGeomGcnSplits } from './geom-gcn-splits.ts';
import type { GraphData, GraphSplit } from './graph-data.ts';
import { readLane } from './lane.ts';
import { readPlanetoid } from './planetoid.ts';
import { randomSplit } from './splits.ts';

/** A graph and the splits that results on it are reported for. */
export interface GraphSet {
  readonly graph: GraphData;
  readonly splits: readonly GraphSplit[];
}

interface Source {
  readonly folder: 'planetoid' | 'geom-gcn' | 'lane';
  /** A file that is there where the set is. */
  readonly file: string;
  readonly address: string;
  read(folder: string): Promise<GraphSet>;
}

const planetoid = (name: string): Source => ({
  folder: 'planetoid',
  file: `ind.${name}.graph`,
  address: 'https://github.com/kimiyoung/planetoid, folder data',
  async read(folder) {
    const { graph, split } = await readPlanetoid(folder, name);
    return { graph, splits: [split] };
  },
});

const geomGcn = (name: string): Source => ({
  folder: 'geom-gcn',
  file: join('new_data', name, 'out1_graph_edges.txt'),
  address: 'https://github.com/graphdml-uiuc-jlu/geom-gcn, folders new_data and splits',
  async read(folder) {
    const graph = await readGeomGcn(folder, name);
    return { graph, splits: await readGeomGcnSplits(folder, name, graph.labels.length) };
  },
});

const RANDOM_SPLITS = 10;

const lane = (file: string, name: string): Source => ({
  folder: 'lane',
  file,
  address: 'https://github.com/xhuang31/LANE',
  async read(folder) {
    const graph = await readLane(join(folder, file), name);
    const random = createRandom(0).split('splits');
    return {
      graph,
      splits: Array.from({ length: RANDOM_SPLITS }, (_, i) => randomSplit(graph.labels, random.split(i))),
    };
  },
});

const sources = {
  cora: planetoid('cora'),
  citeseer: planetoid('citeseer'),
  pubmed: planetoid('pubmed'),
  texas: geomGcn('texas'),
  wisconsin: geomGcn('wisconsin'),
  cornell: geomGcn('cornell'),
  film: geomGcn('film'),
  chameleon: geomGcn('chameleon'),
  squirrel: geomGcn('squirrel'),
  blogcatalog: lane('BlogCatalog.mat', 'blogcatalog'),
  flickr: lane('Flickr.mat', 'flickr'),
} satisfies Readonly<Record<string, Source>>;

/** One of `graphNames`. */
export type GraphName = keyof typeof sources;

/** Names of the graphs that `loadGraph` knows. */
export const graphNames = Object.keys(sources) as readonly GraphName[];

/**
 * A graph by name, from its authors' files in `$UNBRAID_DATA/planetoid`, `geom-gcn` or `lane`, or in the folder of that name in the cache, with its
 * splits: the public one of Planetoid's sets, geom-gcn's ten, and ten random ones of 60/20/20 for the others. Nothing is downloaded: the
 * authors publish no checksums.
 *
 * @throws InputError for another name, where the files are in neither place (says where to get them and where to put them), or as their readers.
 */
export async function loadGraph(name: GraphName, environment: DataEnvironment = process.env): Promise<GraphSet> {
  if (!Object.hasOwn(sources, name)) throw new InputError('setting', `data: ${unknownName('graph', name, graphNames)}`);
  const source: Source = sources[name];
  const cache = cacheFolder(source.folder, environment);
  const folders = [userDataFolder(source.folder, environment), cache].filter((folder) => folder !== undefined);
  const found = folders.find((folder) => existsSync(join(folder, source.file)));
  if (found) return source.read(found);
  throw new InputError(
    'file',
    `data: ${source.file} is not in ${[...new Set(folders)].join(' or ')}; copy ${source.address}, into ${cache}, or set UNBRAID_DATA`,
  );
}
