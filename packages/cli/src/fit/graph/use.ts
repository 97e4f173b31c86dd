import { resolve } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { formatValue, UsageError } from '@unbraid/experiment';
import { type Column, createTableWriter, type DataTable } from '@unbraid/table';
import { withThreads } from '../../commands/threads.ts';
import { exitCodes } from '../../io.ts';
import { textTable } from '../../text-table.ts';
import { type DataFlags, type ModelUse, unusedFlags } from '../method.ts';
import { type Answer, answer, targetsOf, toldBy } from './answers.ts';
import { exportGraph } from './export.ts';
import { columnOf } from './node-table.ts';
import { predictionColumns } from './prediction-columns.ts';
import { scoresOf } from './scores.ts';
import { outputsOf, strataOf } from './targets.ts';

function refuseOthers(flags: DataFlags, used: readonly string[]): void {
  const [unused] = unusedFlags(flags, ['nodes', 'edges', 'threads', 'json', ...used]);
  if (unused === '--data')
    throw new UsageError('model: this model is of a graph, which is two files: --nodes and --edges');
  if (unused !== undefined) throw new UsageError(`model: ${unused} is not for models of graphs`);
}

/** Which rows are written: of the graph that was learned from, those of which something isn't known, if there are any. */
function wanted(answer: Answer): { rows: Int32Array; what: string } {
  const { nodes, model, isSame } = answer;
  const all = Int32Array.from({ length: nodes.table.rows }, (_, row) => row);
  const columns = targetsOf(model);
  if (!isSame || !columns.every((name) => nodes.table.columns.some((column) => column.name === name)))
    return { rows: all, what: `all ${all.length} nodes` };
  const { labels, values } = toldBy(answer);
  const isOpen = (row: number) =>
    labels ? labels[row]! < 0 : columns.some((_, d) => Number.isNaN(values![row * columns.length + d]));
  const open = all.filter(isOpen);
  const what = labels ? 'class' : 'target';
  return open.length === 0
    ? { rows: all, what: `all ${all.length} nodes; each of them has a ${what} already` }
    : { rows: open, what: `${open.length} nodes without a ${what}` };
}

function predictionTable(answer: Answer, rows: Int32Array, kept: readonly Column[]): DataTable {
  const { nodes } = answer;
  const names = Array.from(rows, (row) => nodes.ids[row]!);
  return {
    rows: rows.length,
    columns: [
      { name: nodes.id ?? 'row', kind: 'text', codes: Int32Array.from(rows.keys()), levels: names },
      ...kept.map(
        (column): Column =>
          column.kind === 'text'
            ? { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) }
            : { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) },
      ),
      ...predictionColumns(answer, rows),
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
  score: 'accuracy, ROC AUC or R² of the nodes that the model has not learned from, or else of all that have a target',
  scoreLower: 'lower end of its interval of 95% confidence (Wilson; of ROC AUC and R² by the bootstrap)',
  scoreUpper: 'upper end',
  accuracy: 'part of the same nodes, or of their labels, that is right',
  macroF1: 'mean over classes of F1 on the same nodes',
  meanAbsoluteError: 'mean absolute error of the same nodes, in the unit of the target',
  nodes: 'nodes that were scored',
  rows: 'nodes of the graph',
  learned: 'nodes with a target that the model has learned from, or was chosen by',
};

function scored(answer: Answer) {
  const { model, nodes, name, isSame, outputs } = answer;
  const targets = toldBy(answer);
  const strata = strataOf(targets);
  // Numbers of rows say nothing of the nodes of another graph.
  const known = new Set(isSame || nodes.id !== undefined ? model.learned : []);
  const labelled = Int32Array.from(strata.keys()).filter((row) => strata[row]! >= 0);
  if (labelled.length === 0)
    throw new InputError(
      'data',
      `model: no node of ${name} has a ${showValue(model.target)}; there is nothing to score`,
    );
  const open = labelled.filter((row) => !known.has(nodes.ids[row]!));
  const test = open.length > 0 ? open : labelled;
  const cols = outputsOf(targets);
  const rows = Float32Array.from(
    { length: test.length * cols },
    (_, at) => outputs[test[Math.floor(at / cols)]! * cols + (at % cols)]!,
  );
  const { score, lower, upper, accuracy, macroF1, meanAbsoluteError } = scoresOf(
    [{ test, outputs: rows }],
    targets,
    true,
  );
  return {
    task: model.task,
    score,
    scoreLower: lower,
    scoreUpper: upper,
    ...(accuracy !== undefined && { accuracy }),
    ...(macroF1 !== undefined && { macroF1 }),
    ...(meanAbsoluteError !== undefined && { meanAbsoluteError }),
    nodes: test.length,
    rows: strata.length,
    learned: labelled.length - open.length,
  };
}
