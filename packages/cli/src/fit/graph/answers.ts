import { basename, resolve } from 'node:path';
import { RunError, UsageError } from '@unbraid/experiment';
import { predict as outputsFor } from '@unbraid/gfgn';
import { hashOfFile } from '../../hash.ts';
import type { Io } from '../../io.ts';
import type { DataFlags, PredictFlags } from '../method.ts';
import type { ModelDirectory } from '../model-directory.ts';
import { readEdges } from './edge-table.ts';
import { featuresOf, normalized } from './features.ts';
import { type GraphModelFiles, openGraphModel } from './model.ts';
import { type NodeTable, readNodes } from './node-table.ts';
import { checkFiles } from './source.ts';
import { labelsIn, type NodeTargets, valuesIn } from './targets.ts';

/** A model, and what it says of the nodes of a graph. */
export interface Answer {
  readonly model: GraphModelFiles;
  readonly nodes: NodeTable;
  /** `nodes.csv` */
  readonly name: string;
  /** Whether the files are those that the model was learned from. */
  readonly isSame: boolean;
  /** [nodes, outputs]: logits, or quantities. */
  readonly outputs: Float32Array;
}

/** Reads the graph that is asked for, and asks the model. */
export async function answer(io: Io, directory: ModelDirectory, flags: PredictFlags): Promise<Answer> {
  const model = await openGraphModel(directory);
  const { graph } = model;
  const files = await filesFor(model, flags);
  const { out } = flags;
  if (out !== undefined && [files.nodes, files.edges].includes(resolve(out)))
    throw new UsageError(`model: --out ${out} is a file of the graph itself; name another file`);
  const warn = (lines: readonly string[]) => Promise.all(lines.map((line) => io.stderr.write(`${line}\n`)));
  const notices: string[] = [];
  const onWarning = (line: string) => void notices.push(line.replace(/^table: (\w+: )?/, ''));
  const kinds = model.features.kind === 'table' ? model.features.preprocessor.kinds : {};
  const nodes = await readNodes({ nodes: files.nodes, id: graph.id, kinds: {} }, onWarning, kinds);
  const { adjacency, notices: ofEdges } = await readEdges({ ...graph, ...files }, nodes.ids, onWarning);
  const x = normalized(featuresOf(model.features, nodes.table, onWarning), model.normalize);
  await warn([...notices, ...ofEdges]);
  const { nodesAtOnce } = model;
  const { data: outputs } = await outputsFor(model.trained, { adjacency, features: x }, { nodesAtOnce });
  const isSame = files.nodes === graph.nodes && files.edges === graph.edges;
  return { model, nodes, name: basename(files.nodes), isSame, outputs };
}

/** The files that are asked for, or else those that the model was learned from, unchanged. */
async function filesFor(
  { graph }: GraphModelFiles,
  { nodes, edges }: DataFlags,
): Promise<{ nodes: string; edges: string }> {
  if (nodes !== undefined && edges !== undefined) {
    const files = { nodes: resolve(nodes), edges: resolve(edges) };
    checkFiles(files);
    return files;
  }
  if (nodes !== undefined || edges !== undefined)
    throw new UsageError(
      'model: a graph is two files: give --nodes and --edges, or none for the graph that the model was learned from',
    );
  checkFiles(graph);
  for (const key of ['nodes', 'edges'] as const) {
    if ((await hashOfFile(graph[key])) !== graph[`${key}Sha256`])
      throw new RunError(
        `model: ${graph[key]} has changed since the model was learned from it; name the files: --nodes ${basename(graph.nodes)} --edges ${basename(graph.edges)}`,
      );
  }
  return graph;
}

/** The columns that the model was taught. */
export const targetsOf = ({ target, columns = [target] }: GraphModelFiles): readonly string[] => columns;

/**
 * What a graph's own table says of the targets.
 * @throws {InputError} for a column that isn't there, a class that the model wasn't taught, and entries that are no labels or quantities
 */
export function toldBy({ model, nodes, name }: Answer): NodeTargets {
  const { task, classes: names } = model;
  const columns = targetsOf(model);
  const place = { table: nodes.table, path: name };
  return {
    ...{ task, columns, names },
    ...(task === 'classification' || task === 'binary'
      ? { labels: labelsIn(place, columns[0]!, names) }
      : { values: valuesIn('model', place, columns, task) }),
  };
}
