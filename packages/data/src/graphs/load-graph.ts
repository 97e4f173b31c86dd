import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callback, checkSettings, emitWarning, InputError, unknownName, type WarningListener } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import * as z from 'zod';
import { type Dataset, datasetFile } from '../datasets/dataset.ts';
import { cacheFolder, userDataFolder } from '../datasets/folders.ts';
import { heterophilous } from '../datasets/heterophilous.ts';
import { type LocateOptions, locateDatasetFile, locateSettings } from '../datasets/locate.ts';
import { ogbArxiv } from '../datasets/ogb-arxiv.ts';
import { planetoid } from '../datasets/planetoid.ts';
import { readDatasetFile } from '../datasets/read-dataset-file.ts';
import { readGeomGcn } from './geom-gcn.ts';
import { readGeomGcnSplits } from './geom-gcn-splits.ts';
import type { GraphSet } from './graph-data.ts';
import { heterophilousGraph } from './heterophilous.ts';
import { readLane } from './lane.ts';
import { ogbGraph, readOgb } from './ogb.ts';
import { readPlanetoid } from './planetoid.ts';
import { randomSplit } from './splits.ts';

/** Files in a folder, which are put there by hand where the registry doesn't know them. */
interface Folder {
  readonly folder: 'planetoid' | 'geom-gcn' | 'lane' | 'ogb';
  /** A file that is there where the set is. */
  readonly file: string;
  readonly address: string;
  read(folder: string): Promise<GraphSet>;
  /** What to know before results on it are believed. */
  readonly warning?: string;
  /** Files that are downloaded where the folder doesn't have them, in this order; `file` is the last. */
  readonly published?: { readonly dataset: Dataset; readonly files: readonly string[] };
}

/** A file that the registry knows. */
interface Published {
  readonly dataset: Dataset;
  readonly file: string;
  read(bytes: Uint8Array, path: string): Promise<GraphSet>;
}

const citations = (name: string): Folder => ({
  folder: 'planetoid',
  file: `ind.${name}.graph`,
  ...publishedFiles(name),
  address: 'https://github.com/kimiyoung/planetoid, folder data',
  async read(folder) {
    const { graph, split } = await readPlanetoid(folder, name);
    return { graph, splits: [split] };
  },
});

/** Of a citation graph, where the registry has them. */
function publishedFiles(name: string): Pick<Folder, 'published'> {
  const files = planetoid.files.map((file) => file.name).filter((file) => file.startsWith(`ind.${name}.`));
  return files.length > 0 ? { published: { dataset: planetoid, files } } : {};
}

const geomGcn = (name: string, warning?: string): Folder => ({
  ...(warning !== undefined && { warning }),
  folder: 'geom-gcn',
  file: join('new_data', name, 'out1_graph_edges.txt'),
  address: 'https://github.com/graphdml-uiuc-jlu/geom-gcn, folders new_data and splits',
  async read(folder) {
    const graph = await readGeomGcn(folder, name);
    return { graph, splits: await readGeomGcnSplits(folder, name, graph.labels.length) };
  },
});

const RANDOM_SPLITS = 10;

const lane = (file: string, name: string): Folder => ({
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

/** @param filtered the graph without the nodes that stand in it several times, with the same neighbours and class */
const leaky = (name: string, filtered: string): Folder =>
  geomGcn(
    name,
    `${name} has nodes that stand in it several times, in training and test alike, so that accuracies on it are too good (Platonov et al. 2023); take ${filtered}`,
  );

const platonov = (name: string): Published => ({
  dataset: heterophilous,
  file: `${name.replaceAll('-', '_')}.npz`,
  read: (bytes, path) => heterophilousGraph(bytes, path, name),
});

const sources = {
  cora: citations('cora'),
  citeseer: citations('citeseer'),
  pubmed: citations('pubmed'),
  texas: geomGcn('texas'),
  wisconsin: geomGcn('wisconsin'),
  cornell: geomGcn('cornell'),
  film: geomGcn('film'),
  chameleon: leaky('chameleon', 'chameleon-filtered'),
  squirrel: leaky('squirrel', 'squirrel-filtered'),
  'chameleon-filtered': platonov('chameleon-filtered'),
  'squirrel-filtered': platonov('squirrel-filtered'),
  'roman-empire': platonov('roman-empire'),
  'amazon-ratings': platonov('amazon-ratings'),
  minesweeper: platonov('minesweeper'),
  tolokers: platonov('tolokers'),
  questions: platonov('questions'),
  'ogbn-arxiv': { dataset: ogbArxiv, file: 'arxiv.zip', read: (bytes, path) => ogbGraph(bytes, path, 'ogbn-arxiv') },
  'ogbn-products': {
    folder: 'ogb',
    file: 'products.zip',
    address: 'http://snap.stanford.edu/ogb/data/nodeproppred/products.zip',
    read: (folder: string) => readOgb(join(folder, 'products.zip'), 'ogbn-products'),
  },
  blogcatalog: lane('BlogCatalog.mat', 'blogcatalog'),
  flickr: lane('Flickr.mat', 'flickr'),
} satisfies Readonly<Record<string, Folder | Published>>;

/** One of `graphNames`. */
export type GraphName = keyof typeof sources;

/** Names of the graphs that `loadGraph` knows. */
export const graphNames = Object.keys(sources) as readonly GraphName[];

/** How `loadGraph` finds files and downloads them, and whom it warns. */
export interface LoadGraphOptions extends LocateOptions {
  /** Told what to know of a graph before results on it are believed; by default a process warning. It stands in the graph's notes as well. */
  readonly onWarning?: WarningListener | undefined;
}

/**
 * A graph by name, with its splits: the public one of Planetoid's sets, geom-gcn's ten, those that Platonov et al. and OGB publish, and ten random ones of
 * 60/20/20 for the others. The graphs of Platonov et al. (`roman-empire`, `amazon-ratings`, `minesweeper`, `tolokers`, `questions`, `chameleon-filtered`,
 * `squirrel-filtered`) and `ogbn-arxiv` come from `$UNBRAID_DATA/heterophilous` or `ogb`, the cache, or their official address, and are checked by SHA-256; `cora` and
 * `citeseer` are downloaded and checked where `planetoid` has no files of them. The others are their authors' files in `$UNBRAID_DATA/planetoid`, `geom-gcn`, `lane` or `ogb`, or in the folder of that name in the cache; they are not downloaded, for
 * their authors publish no checksums.
 *
 * @throws InputError for another name, where the files are nowhere and can't be downloaded (says where to get them and where to put them), or as their readers.
 */
export async function loadGraph(name: GraphName, options: LoadGraphOptions = {}): Promise<GraphSet> {
  if (!Object.hasOwn(sources, name)) throw new InputError('setting', `data: ${unknownName('graph', name, graphNames)}`);
  const { onWarning = emitWarning, ...locating } = checkSettings('data: loadGraph', settings, options);
  const source: Folder | Published = sources[name];
  return 'dataset' in source ? published(source, locating) : inFolder(source, locating, onWarning);
}

const settings = z.object({ ...locateSettings, onWarning: callback<WarningListener>().optional() });

/** A graph whose file the registry knows. */
export async function published({ dataset, file, read }: Published, options: LocateOptions): Promise<GraphSet> {
  const path = await locateDatasetFile(dataset, datasetFile(dataset, file), options);
  return read(await readDatasetFile(dataset, file, options), path);
}

/** Brings files into the cache; one that was changed since is refused. */
async function downloadAll(
  { dataset, files }: NonNullable<Folder['published']>,
  options: LocateOptions,
): Promise<void> {
  for (const file of files) await readDatasetFile(dataset, file, options);
}

async function inFolder(
  { folder, file, address, read, warning, published }: Folder,
  options: LocateOptions,
  onWarning: WarningListener,
): Promise<GraphSet> {
  const { environment = process.env } = options;
  const cache = cacheFolder(folder, environment);
  const folders = [userDataFolder(folder, environment), cache].filter((each) => each !== undefined);
  const found = folders.find((each) => existsSync(join(each, file)));
  if (found === undefined && published) await downloadAll(published, options);
  else if (found === undefined)
    throw new InputError(
      'file',
      `data: ${file} is not in ${[...new Set(folders)].join(' or ')}; copy ${address}, into ${cache}, or set UNBRAID_DATA`,
    );
  const set = await read(found ?? cache);
  if (warning === undefined) return set;
  onWarning(`data: ${warning}`);
  return { ...set, graph: { ...set.graph, notes: [...set.graph.notes, warning] } };
}
