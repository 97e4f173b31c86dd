import { basename, resolve } from 'node:path';
import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import { formatValue, RunError, UsageError } from '@unbraid/experiment';
import { predict as logitsOf } from '@unbraid/gfgn';
import { type Column, createTableWriter, type DataTable } from '@unbraid/table';
import { withThreads } from '../../commands/threads.ts';
import { hashOfFile } from '../../hash.ts';
import { exitCodes, type Io } from '../../io.ts';
import { textTable } from '../../text-table.ts';
import { type DataFlags, type ModelUse, type PredictFlags, unusedFlags } from '../method.ts';
import type { ModelDirectory } from '../model-directory.ts';
import { largest } from '../table/scores/sums.ts';
import { textOf } from '../table/use/class-text.ts';
import { readEdges } from './edge-table.ts';
import { exportGraph } from './export.ts';
import { featuresOf, normalized } from './features.ts';
import { type GraphModelFiles, openGraphModel } from './model.ts';
import { columnOf, type NodeTable, readNodes } from './node-table.ts';
import { scoresOf } from './scores.ts';
import { checkFiles } from './source.ts';

/** A model, and what it says of the nodes of a graph. */
interface Answer {
  readonly model: GraphModelFiles;
  readonly nodes: NodeTable;
  /** `nodes.csv` */
  readonly name: string;
  /** Whether the files are those that the model was learned from. */
  readonly isSame: boolean;
  /** [nodes, classes], from 0 to 1. */
  readonly probabilities: Float64Array;
  readonly predicted: Int32Array;
}

async function answer(io: Io, directory: ModelDirectory, flags: PredictFlags): Promise<Answer> {
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
  const { data, rows, cols } = await logitsOf(model.trained, { adjacency, features: x });
  const probabilities = softmax(data, cols);
  const predicted = largest(probabilities, rows, cols);
  const isSame = files.nodes === graph.nodes && files.edges === graph.edges;
  return { model, nodes, name: basename(files.nodes), isSame, probabilities, predicted };
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

function softmax(logits: Float32Array, classes: number): Float64Array {
  const out = Float64Array.from(logits);
  for (let at = 0; at < out.length; at += classes) {
    const row = out.subarray(at, at + classes);
    const top = Math.max(...row);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += row[k] = Math.exp(row[k]! - top);
    for (let k = 0; k < classes; k++) row[k]! /= sum;
  }
  return out;
}

/** The class of each node as the file says, −1 where it says none. @throws {InputError} for a class that the model doesn't know */
function classesIn(column: Column, classes: readonly string[], path: string): Int32Array {
  const places = new Map(classes.map((name, k) => [name, k]));
  const count = column.kind === 'text' ? column.codes.length : column.values.length;
  return Int32Array.from({ length: count }, (_, row) => {
    const text = textOf(column, row);
    if (text === undefined) return -1;
    const place = places.get(text);
    if (place !== undefined) return place;
    throw new InputError(
      'data',
      `model: ${showValue(column.name)} of ${path} is ${showValue(text)} at row ${row} (counted from 0), a class that the model wasn't taught; the nearest is ${showValue(nearestFirst(text, classes)[0])}`,
    );
  });
}

function refuseOthers(flags: DataFlags, used: readonly string[]): void {
  const [unused] = unusedFlags(flags, ['nodes', 'edges', 'threads', 'json', ...used]);
  if (unused === '--data')
    throw new UsageError('model: this model is of a graph, which is two files: --nodes and --edges');
  if (unused !== undefined) throw new UsageError(`model: ${unused} is not for models of graphs`);
}

/** Which rows are written: of the graph that was learned from, those without a class, if there are any. */
function wanted({ nodes, model, isSame, name }: Answer): { rows: Int32Array; what: string } {
  const all = Int32Array.from({ length: nodes.table.rows }, (_, row) => row);
  const column = nodes.table.columns.find((each) => each.name === model.target);
  if (!isSame || column === undefined) return { rows: all, what: `all ${all.length} nodes` };
  const labels = classesIn(column, model.classes, name);
  const open = all.filter((row) => labels[row]! < 0);
  return open.length === 0
    ? { rows: all, what: `all ${all.length} nodes; each of them has a class already` }
    : { rows: open, what: `${open.length} nodes without a class` };
}

function predictionTable(
  { nodes, model, predicted, probabilities }: Answer,
  rows: Int32Array,
  kept: readonly Column[],
): DataTable {
  const { classes } = model;
  const numbers = (name: string, value: (row: number) => number): Column => ({
    name,
    kind: 'number',
    values: Float64Array.from(rows, value),
  });
  const texts = (name: string, levels: readonly string[], code: (row: number, at: number) => number): Column => ({
    name,
    kind: 'text',
    codes: Int32Array.from(rows, code),
    levels,
  });
  return {
    rows: rows.length,
    columns: [
      texts(
        nodes.id ?? 'row',
        Array.from(rows, (row) => nodes.ids[row]!),
        (_, at) => at,
      ),
      ...kept.map((column) =>
        column.kind === 'text'
          ? texts(column.name, column.levels, (row) => column.codes[row]!)
          : { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) },
      ),
      texts('prediction', classes, (row) => predicted[row]!),
      ...classes.map((name, k) => numbers(`probability_${name}`, (row) => probabilities[row * classes.length + k]!)),
    ],
  };
}

/** What uses models of graphs. */
export const use: ModelUse = {
  async predict(io, directory, flags) {
    refuseOthers(flags, ['out', 'id']);
    const { out } = flags;
    if (out === undefined)
      throw new UsageError('model: --out is missing: name the file of the predictions, such as predictions.csv');
    const written = await withThreads(flags.threads, async () => {
      const found = await answer(io, directory, flags);
      const { rows, what } = wanted(found);
      const names = (flags.id ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && name !== found.nodes.id);
      const table = predictionTable(
        found,
        rows,
        names.map((name) => columnOf(found.nodes.table, name, '--id', found.name)),
      );
      const writer = await createTableWriter(out, table.columns);
      try {
        await writer.write(table);
        await writer.close();
      } catch (error) {
        await writer.abort();
        throw error;
      }
      return { what, rows: rows.length };
    });
    await io.stdout.write(
      flags.json
        ? `${JSON.stringify({ rows: written.rows, out: resolve(out) })}\n`
        : `Predictions for ${written.what}: ${out}\n`,
    );
    return exitCodes.done;
  },

  async evaluate(io, directory, flags) {
    refuseOthers(flags, []);
    const summary = await withThreads(flags.threads, async () => scored(await answer(io, directory, flags)));
    await io.stdout.write(
      flags.json
        ? `${JSON.stringify(summary)}\n`
        : textTable([
            ['result', 'value', 'meaning'],
            ...Object.entries(summary).map(([key, value]) => [
              key,
              formatValue(value),
              meanings[key as keyof typeof meanings],
            ]),
          ]),
    );
    return exitCodes.done;
  },

  exportOnnx: exportGraph,
};

const meanings = {
  task: 'what is predicted',
  score: 'accuracy, from 0 to 1, of the nodes that the model has not learned from, or else of all that have a class',
  scoreLower: 'lower end of its interval of 95% confidence (Wilson)',
  scoreUpper: 'upper end',
  macroF1: 'mean over classes of F1 on the same nodes',
  nodes: 'nodes that were scored',
  rows: 'nodes of the graph',
  learned: 'nodes with a class that the model has learned from, or was chosen by',
};

function scored({ model, nodes, name, isSame, predicted }: Answer) {
  const column = columnOf(nodes.table, model.target, '--target', name);
  const labels = classesIn(column, model.classes, name);
  // Numbers of rows say nothing of the nodes of another graph.
  const known = new Set(isSame || nodes.id !== undefined ? model.learned : []);
  const labelled = Int32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  if (labelled.length === 0)
    throw new InputError(
      'data',
      `model: no node of ${name} has a ${showValue(model.target)}; there is nothing to score`,
    );
  const open = labelled.filter((row) => !known.has(nodes.ids[row]!));
  const test = open.length > 0 ? open : labelled;
  const outcome = { test, predicted: test.map((row) => predicted[row]!) };
  const { accuracy, lower, upper, macroF1 } = scoresOf([outcome], labels, model.classes.length, true);
  return {
    task: 'classification',
    score: accuracy,
    scoreLower: lower,
    scoreUpper: upper,
    macroF1,
    nodes: test.length,
    rows: labels.length,
    learned: labelled.length - open.length,
  };
}
