import { defineExperiment, type Experiment, type Scalars } from '@unbraid/experiment';
import { preprocessorFromJson } from '@unbraid/table';
import type { z } from 'zod';
import { countedUnits } from '../counted-units.ts';
import { type Bench, encodeRows, joined, testedRows } from './bench.ts';
import { type Explained, explain, explainParts } from './explain.ts';
import { constantOutputs } from './learn/constant.ts';
import { type CurveFit, curveFit, curveOf, curveSizes } from './learning-curve.ts';
import type { Choice, TableMethod } from './method.ts';
import type { PreparedModel } from './model/form.ts';
import { openModel } from './model/open.ts';
import { saveTableModel } from './model/save.ts';
import { reportFit } from './report/report.ts';
import { selectAnswers } from './scores/answers.ts';
import { type Compared, comparedOf } from './scores/compared.ts';
import type { TableSettings } from './settings.ts';
import { readSameSource, type TableSource } from './source.ts';
import { meaningsOf, summaryOf } from './summary.ts';

/** What a method's experiment says of itself. */
export interface TableExperiment<S extends z.ZodObject> {
  readonly title: string;
  readonly paper: string;
  readonly description: string;
  readonly settings: S;
  readonly presets: Experiment<S>['presets'];
  /** What the method's own results mean. */
  readonly summary: Readonly<Record<string, string>>;
}

/**
 * A fit of a table as an experiment: its settings name the file.
 * @param source what was read already; by default it is read, and must be what the settings say
 */
export function tableExperiment<S extends z.ZodObject>(
  method: TableMethod<z.output<S> & TableSettings>,
  about: TableExperiment<S>,
  source?: TableSource,
): Experiment<S> {
  return defineExperiment({
    ...about,
    name: `fit/${method.name}`,
    metrics: {
      loss: { description: 'Mean loss on the tested rows of a fold', x: 'ridge', by: ['part', 'fold', 'neurons'] },
      validationLoss: { description: 'Loss on the validation rows of the first fold', by: ['part', 'candidate'] },
      epochs: { description: 'Epochs up to the best in validation', by: ['part', 'candidate'] },
      training: { description: 'Score on rows that were learned from', x: 'rows', by: ['part'] },
      tested: { description: 'Score on the tested rows of the first fold', x: 'rows', by: ['part'] },
    },
    summary: { ...meaningsOf(method.baselines), ...about.summary, seconds: 'Time of the run, s' },
    async run(context) {
      const settings = context.settings as z.output<S> & TableSettings;
      const own = source ?? (await readSameSource(settings, context.seed));
      const bench = benchOf({ ...context, settings }, own, method);
      return fitTable(bench, method);
    },
  });
}

function benchOf<S extends TableSettings>(
  context: Bench<S>['context'],
  source: TableSource,
  method: TableMethod<S>,
): Bench<S> {
  const { settings } = context;
  const total =
    method.parts(settings) +
    wantedOf(method, settings).reduce((sum, baseline) => sum + baseline.parts(settings), 0) +
    curveSizes(source).length +
    explainParts(settings) +
    1;
  return { context, source, ...countedUnits(context, { label: 'parts', total }) };
}

const wantedOf = <S extends TableSettings>({ baselines }: TableMethod<S>, settings: S) =>
  baselines.filter(({ isWanted }) => isWanted?.(settings) ?? true);

async function fitTable<S extends TableSettings>(bench: Bench<S>, method: TableMethod<S>): Promise<Scalars> {
  const { source } = bench;
  const choice = await method.choose(bench);
  const compared = await compare(bench, method, choice);
  // Of all rows, and of numbers of rows of the first fold: none of these depends on another.
  const [all, ...sizes] = await bench.units<number | undefined, FinalModel | CurveFit>(
    [undefined, ...curveSizes(source)],
    (size) => (size === undefined ? 'model of all rows' : `learning curve, ${size} rows`),
    (size) =>
      size === undefined ? finalModel(bench, method.name, choice) : curveFit(bench, method.name, choice.learner, size),
  );
  const [model, curve] = [all as FinalModel, curveOf(sizes as CurveFit[])];
  const explained: Explained = await explain(bench, method.name, curve.model, model);
  const rows = testedRows(source);
  const answers = selectAnswers(source.answers, rows);
  await saveTableModel(bench, method.name, model, compared[0]!.scores);
  const told = { ...source, notices: [...source.notices, ...model.warnings] };
  await reportFit({ ...bench, source: told }, { method, choice, compared, answers, curve, explained });
  return summaryOf(bench, choice, compared, featuresIn(model));
}

/** The method and what it is compared with, on the same rows. */
async function compare<S extends TableSettings>(
  bench: Bench<S>,
  method: TableMethod<S>,
  choice: Choice,
): Promise<readonly Compared[]> {
  const { source, context } = bench;
  const answers = selectAnswers(source.answers, testedRows(source));
  const { task } = answers;
  const found = [{ label: method.label, key: 'score', outputs: choice.outputs }];
  for (const baseline of wantedOf(method, context.settings)) {
    const outputs = choice.found?.[baseline.key] ?? (await baseline.outputs(bench));
    found.push({ label: baseline.label(task), key: baseline.key, outputs });
  }
  const constants = source.folds.map(({ train, test }) =>
    constantOutputs(selectAnswers(source.answers, train), test.length),
  );
  found.push({
    label: task === 'regression' ? 'the mean' : 'shares of the classes',
    key: 'constantScore',
    outputs: joined(constants),
  });
  return comparedOf(answers, found, context.seed);
}

const featuresIn = ({ preprocessor }: PreparedModel): number =>
  preprocessorFromJson(JSON.parse(preprocessor)).features.length;

interface FinalModel extends PreparedModel {
  readonly warnings: readonly string[];
}

/** Learned from all rows. */
async function finalModel<S extends TableSettings>(
  bench: Bench<S>,
  method: string,
  { learner }: Choice,
): Promise<FinalModel> {
  const { context, source, tell } = bench;
  const { seed, signal } = context;
  const rows = Int32Array.from({ length: source.table.rows }, (_, row) => row);
  const { part, preprocessor } = encodeRows(bench, rows);
  const model = await learner.learn(part, { seed, signal, tell });
  // What can't be opened again is not saved.
  const opened = await openModel(method, source.answers.task, model);
  await opened.release();
  const warnings = (opened.warnings ?? []).map((line) => line.replace(/^galu: /, 'the model of all rows: '));
  return { model, preprocessor: JSON.stringify(preprocessor), warnings };
}
