import { defineExperiment, type Experiment, type Summary } from '@unbraid/experiment';
import { countedUnits } from '../counted-units.ts';
import { fitRun } from '../fit-run.ts';
import type { MethodModule } from '../method.ts';
import { type Compared, compareModels, countTrials, partsOf } from './compare.ts';
import { learnFeatures } from './features.ts';
import { type GraphFlags, graphOverrides, graphWords } from './flags.ts';
import { saveGraphModel } from './model.ts';
import { type Findings, reportGraph } from './report.ts';
import { checkSample } from './sample.ts';
import { majorityOf, outcomesOf, type Scores, scoresOf } from './scores.ts';
import { type GraphSettings, presets, settings } from './settings.ts';
import { type Gates, isSmoothable, smoothingOf, trainGates } from './smoothing.ts';
import { type GraphSource, readSameSource, readSource } from './source.ts';
import type { Parts } from './splits.ts';
import { type Bench, type Plan, train } from './trial.ts';

const summary = {
  task: 'What is predicted: classes',
  model: 'What was trained and saved',
  score:
    'Accuracy on test nodes, from 0 to 1: mean over the splits, each with the settings that its validation nodes chose',
  scoreLower: 'lower end of its interval of 95% confidence',
  scoreUpper: 'upper end',
  macroF1: 'mean over classes of F1 on test nodes',
  baseline: 'The best of what it was compared with, by the same accuracy',
  baselineScore: 'its accuracy',
  majority: 'Accuracy of always saying the most frequent class',
  rows: 'Nodes',
  labelled: 'of them with a class',
  edges: 'Edges, each counted once',
  columns: 'Columns of the nodes that were learned from',
  features: 'Features that these became',
  classes: 'Classes',
  homophily: 'Part of the edges between labelled nodes whose classes are the same',
  seconds: 'Time of the run, s',
};

/**
 * A fit of a graph's nodes, as an experiment: its settings name the files.
 * @param read what was read already; by default it is read, and must be what the settings say
 */
export const graphExperiment = (read?: GraphSource): Experiment<typeof settings> =>
  defineExperiment({
    name: 'fit/gfgn',
    title: 'A classifier of the nodes of your graph',
    paper: 'after arXiv 2105.04493',
    description:
      'Trains a Graph Feature Gating Network on the labelled nodes of a graph, and others beside it, each with the settings that validation nodes choose for ' +
      'it on every split; measures them on test nodes, and saves a model for the nodes that have no class, and for other graphs.',
    settings,
    presets,
    metrics: {
      validation: { description: 'Accuracy on the validation nodes, from 0 to 1', by: ['fit'] },
      validationLoss: { description: 'Loss on the validation nodes', unit: 'nats', by: ['fit'] },
      test: { description: 'Accuracy on the test nodes, from 0 to 1', by: ['fit'] },
      epoch: { description: 'Epoch that was best in validation', by: ['fit'] },
      seconds: { description: 'Time of training', unit: 's', by: ['fit'] },
    },
    summary,
    async run(context) {
      const { nodeRuntime } = await import('@unbraid/graph/node');
      const source = read ?? (await readSameSource(context.settings));
      const total = countTrials(context.settings, source.isSparse) + 1 + Number(context.settings.smoothing);
      const runtime = nodeRuntime();
      const bench: Bench = { context, source, runtime, ...countedUnits(context, { label: 'fits', total }) };
      const parts = partsOf(source, context.settings, context.seed);
      const compared = await compareModels(bench, parts);
      const found = await finish(bench, compared, parts[0]!);
      await reportGraph(context, found);
      return summaryOf(found);
    },
  });

/** A model to be saved. */
interface Final {
  readonly params: Float32Array;
  /** The library's settings of it, as JSON. */
  readonly facts: string;
  /** The epoch whose parameters these are. */
  readonly best: number;
  /** Losses, epoch by epoch. */
  readonly train: Float64Array;
  readonly validation: Float64Array;
}

async function trainFinal(bench: Bench, plan: Plan): Promise<Final> {
  const { settings: facts, params, history, best } = (await train(bench, plan)).fitted;
  return {
    params,
    facts: JSON.stringify({ ...facts, names: bench.source.classes }),
    best: best.epoch,
    train: Float64Array.from(history, ({ trainLoss }) => trainLoss),
    validation: Float64Array.from(history, ({ validationLoss }) => validationLoss),
  };
}

/** Trains the model that is saved, saves it, and gathers what the report is about. */
async function finish(bench: Bench, compared: readonly Compared[], first: Parts): Promise<Findings> {
  const { context, source } = bench;
  const { settings: s, seed } = context;
  const [own] = compared as readonly [Compared];
  const recipe = own.candidates[own.best]!;
  const parts = source.given ? first : withTest(first);
  const learned = learnFeatures(source, parts.train, s, seed);
  const gated = s.smoothing ? learnFeatures(source, first.train, s, seed) : undefined;
  const [saved, gates] = await bench.units<'saved' | 'gates', Final | Gates>(
    gated && isSmoothable(gated) ? ['saved', 'gates'] : ['saved'],
    (which) => (which === 'saved' ? 'the model that is saved' : 'smoothing by column'),
    (which) =>
      which === 'saved'
        ? trainFinal(bench, { model: own.model, recipe, x: learned.x, parts, seed })
        : trainGates(bench, gated!, first),
  );
  const final = saved as Final;
  await saveGraphModel(context, {
    about: {
      target: s.target,
      classes: [...source.classes],
      model: s.model,
      normalize: recipe.normalize,
      graph: filesOf(s, source),
    },
    trained: { settings: JSON.parse(final.facts), params: final.params },
    features: learned.features,
    learned: [...parts.train, ...parts.validation].map((node) => source.ids[node]!),
  });
  return {
    source,
    settings: s,
    compared: compared.map((each) => ({ ...each, scores: scored(each, source) })),
    majority: majority(own, source),
    smoothing: gates && smoothingOf(bench, gates as Gates, gated!),
    final,
    features: learned.x.cols,
  };
}

/** The final model of drawn splits learns from test nodes as well; these have told what is to be expected. */
const withTest = ({ train: known, validation, test }: Parts): Parts => ({
  train: Int32Array.from([...known, ...test]).sort(),
  validation,
  test: new Int32Array(0),
});

const scored = ({ outcomes }: Compared, { labels, classes, given }: GraphSource): Scores =>
  scoresOf(outcomesOf(outcomes), labels, classes.length, given !== undefined);

const majority = ({ outcomes }: Compared, { labels, classes, given }: GraphSource): Scores =>
  scoresOf(majorityOf(outcomes, labels, classes.length), labels, classes.length, given !== undefined);

const filesOf = ({ nodes, edges, from, to, weight }: GraphSettings, { id = '', identity }: GraphSource) => ({
  nodes,
  edges,
  ...identity,
  id,
  from,
  to,
  weight,
});

function summaryOf({ source, settings: s, compared, majority: most, features }: Findings): Summary {
  const [own, ...others] = compared as readonly [Findings['compared'][number], ...Findings['compared']];
  const { accuracy, lower, upper, macroF1 } = own.scores;
  const rivals: [string, number][] = others.map(({ model, scores }) => [model, scores.accuracy]);
  if (s.baselines.includes('majority')) rivals.push(['majority', most.accuracy]);
  const best = rivals.reduce<[string, number] | undefined>(
    (top, each) => (top && top[1] >= each[1] ? top : each),
    undefined,
  );
  return {
    task: 'classification',
    model: s.model,
    score: round(accuracy),
    scoreLower: round(lower),
    scoreUpper: round(upper),
    macroF1: round(macroF1),
    ...(best && { baseline: best[0], baselineScore: round(best[1]) }),
    majority: round(most.accuracy),
    rows: source.table.rows,
    labelled: source.labels.reduce((count, label) => count + Number(label >= 0), 0),
    edges: source.edges,
    columns: source.inputs.length,
    features,
    classes: source.classes.length,
    homophily: round(homophilyOf(source)),
  };
}

const round = (value: number): number => Number(value.toFixed(4));

function homophilyOf({ adjacency: { rows, starts, columns }, labels }: GraphSource): number {
  let [known, same] = [0, 0];
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const other = labels[columns[e]!]!;
      if (labels[i]! < 0 || other < 0) continue;
      known++;
      same += Number(other === labels[i]);
    }
  }
  return known === 0 ? Number.NaN : same / known;
}

/** `fit gfgn`. */
export const module: MethodModule = {
  experiment: () => graphExperiment() as unknown as Experiment,
  fit(io, _args, given) {
    const flags = given as GraphFlags;
    const experiment = graphExperiment();
    return fitRun(io, {
      experiment,
      overrides: graphOverrides(experiment, flags),
      flags,
      words: graphWords(flags),
      async prepare(checked, seed) {
        checkSample(checked);
        const source = await readSource(checked);
        // What can't be drawn, or learned from, is told before a run begins.
        const [first] = partsOf(source, checked, seed) as [Parts];
        const { notices } = learnFeatures(source, first.train, checked, seed);
        return {
          experiment: graphExperiment(source),
          identity: source.identity,
          notices: [...source.notices, ...notices],
        };
      },
    });
  },
};
