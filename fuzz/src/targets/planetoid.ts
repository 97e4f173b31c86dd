import { readPlanetoid, unpickle } from '@unbraid/data';
import type { ByteTarget, Files, FolderTarget } from '../target.ts';
import { assertGraph, assertSplit, fixture, fromBase64 } from './graph-invariants.ts';

type Fixture = Readonly<Record<string, { readonly files: Readonly<Record<string, string>> }>>;

/** The set as every protocol of pickles has it. */
const folders = (): Files[] =>
  Object.values(fixture('planetoid.json') as Fixture).map(({ files }) =>
    Object.fromEntries(Object.entries(files).map(([part, text]) => [`ind.mini.${part}`, fromBase64(text)])),
  );

export const planetoid: FolderTarget = {
  name: 'planetoid',
  folders,
  async runFolder(folder) {
    const { graph, split } = await readPlanetoid(folder, 'mini');
    assertGraph(graph);
    assertSplit(split, graph.labels.length);
  },
};

/** Whatever a pickle holds, it is taken or refused. */
export const pickle: ByteTarget = {
  name: 'pickle',
  seeds: () => folders().flatMap((files) => ['allx', 'ty', 'graph'].map((part) => files[`ind.mini.${part}`]!)),
  run(bytes) {
    unpickle(bytes);
  },
};
