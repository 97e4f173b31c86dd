import { defineExperiment, type Experiment } from '@unbraid/experiment';
import type { TrainedModel } from '@unbraid/gfgn';
import { countedUnits } from '../counted-units.ts';
import { fitRun } from '../fit-run.ts';
import type { MethodModule } from '../method.ts';
import { checkMeasured, checkTask } from './check-task.ts';
import { type Compared, compareModels, countTrials, partsOf } from './compare.ts';
import { learnFeatures } from './features.ts';
import type { Findings } from './findings.ts';
import { type GraphFlags, graphOverrides, graphWords } from './flags.ts';
import { saveGraphModel } from './model.ts';
import { reportGraph } from './report.ts';
import { blocksOf, checkSample } from './sample.ts';
import { type Answered, type Scores, scoresOf, usualOf } from './scores.ts';
import { type GraphSettings, presets, settings } from './settings.ts';
import { type Gates, isSmoothable, smoothingOf, trainGates } from './smoothing.ts';
import { type GraphSource, readSameSource, readSource } from './source.ts';
import type { Parts } from './splits.ts';
import { summary, summaryOf } from './summary.ts';
import { type Bench, type Plan, train } from './trial.ts';

/**
 * A fit of a graph's nodes, as an experiment: its settings name the files.
 * @param read what was read already; by default it is read, and must be what the settings say
 */
export const graphExperiment = (read?: GraphSource): Experiment<typeof settings> =>
  defineExperiment({
    name: 'fit/gfgn',
    title: 'A model of the nodes of your graph',
    paper: 'after arXiv 2105.04493',
    description:
      'Trains a Graph Feature Gating Network on the labelled nodes of a graph, and others beside it, each with the settings that validation nodes choose for ' +
      'it on every split; measures them on test nodes, and saves a model for the nodes of which nothing is known, and for other graphs.',
    settings,
    presets,
    metrics: {
      validation: { description: 'Accuracy, ROC AUC or R² on the validation nodes', by: ['fit'] },
      validationLoss: { description: 'Loss on the validation nodes', by: ['fit'] },
      test: { description: 'Accuracy, ROC AUC or R² on the test nodes', by: ['fit'] },
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
  /** The library's settings of it, and its task, as JSON. */
  readonly facts: string;
  /** The epoch whose parameters these are. */
  readonly best: number;
  /** Losses, epoch by epoch. */
  readonly train: Float64Array;
  readonly validation: Float64Array;
}

async function trainFinal(bench: Bench, plan: Plan): Promise<Final> {
  const { settings, task, params, history, best } = (await train(bench, plan)).fitted;
  const { names } = bench.source.targets;
  return {
    params,
    // Classes go by numbers in a training.
    facts: JSON.stringify(task ? { settings, task: { ...task, names } } : { settings: { ...settings, names } }),
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
      task: s.task,
      columns: [...source.targets.columns],
      classes: [...source.targets.names],
      model: s.model,
      normalize: recipe.normalize,
      ...blocksOf(s.model, s),
      graph: filesOf(s, source),
    },
    trained: { ...(JSON.parse(final.facts) as Pick<TrainedModel, 'settings' | 'task'>), params: final.params },
    features: learned.features,
    learned: [...parts.train, ...parts.validation].map((node) => source.ids[node]!),
  });
  return {
    source,
    settings: s,
    compared: compared.map((each) => ({ ...each, scores: scored(each, source) })),
    majority: usual(own, source),
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

const scored = ({ outcomes }: Compared, source: GraphSource): Scores =>
  scoresIn(
    outcomes.map(({ parts: { test }, trial: { outputs } }) => ({ test, outputs })),
    source,
  );

/** What comes of always saying what is usual. */
const usual = ({ outcomes }: Compared, source: GraphSource): Scores =>
  scoresIn(
    usualOf(
      outcomes.map(({ parts }) => parts),
      source.targets,
    ),
    source,
  );

const scoresIn = (answered: readonly Answered[], { targets, given }: GraphSource): Scores =>
  scoresOf(answered, targets, given !== undefined);

const filesOf = ({ nodes, edges, from, to, weight }: GraphSettings, { id = '', identity }: GraphSource) => ({
  nodes,
  edges,
  ...identity,
  id,
  from,
  to,
  weight,
});

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
        checkTask(checked);
        const source = await readSource(checked);
        // What can't be drawn, measured or learned from is told before a run begins.
        const parts = partsOf(source, checked, seed) as [Parts, ...Parts[]];
        for (const each of parts) checkMeasured(each, source.targets);
        const [first] = parts;
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
