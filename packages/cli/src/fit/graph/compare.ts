import { latest } from '@unbraid/experiment';
import { candidatesFor, type Recipe, type Trained, trainedModels } from './candidates.ts';
import { learnFeatures } from './features.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphSource } from './source.ts';
import { drawParts, isStratified, type Parts } from './splits.ts';
import { type Bench, type Trial, trialOf } from './trial.ts';

/** What a model did on one split, with the settings that validation chose there. */
export interface Outcome {
  /** Which of its candidates. */
  readonly chosen: number;
  readonly parts: Parts;
  readonly trial: Trial;
}

/** All outcomes of a model. */
export interface Compared {
  readonly model: Trained;
  readonly candidates: readonly Recipe[];
  readonly outcomes: readonly Outcome[];
  /** The candidate that is best by validation over all splits. */
  readonly best: number;
}

/** The parts of each repetition: drawn ones differ, those of a column are the same. */
export function partsOf(source: GraphSource, settings: GraphSettings, seed: number): Parts[] {
  const { strata, targets, given } = source;
  const { repeats, train, validation, split } = settings;
  const drawing = { stratified: isStratified(split, targets), train, validation };
  return Array.from(
    { length: repeats },
    (_, repeat) => given ?? drawParts(strata, targets.names.length, drawing, seed + repeat),
  );
}

/** How many trainings `compareModels` makes. */
export const countTrials = (settings: GraphSettings, isSparse: boolean): number =>
  settings.repeats *
  trainedModels(settings).reduce((sum, model) => sum + candidatesFor(model, settings, isSparse).length, 0);

/** A training among those that are compared. */
interface Case {
  /** The split, counted from 0. */
  readonly repeat: number;
  readonly model: Trained;
  readonly recipe: Recipe;
  /** Which of the model's candidates. */
  readonly at: number;
}

const keyOf = ({ model, repeat, at }: Case) => `${model}, split ${repeat + 1}, settings ${at + 1}`;

/** Trains every model with each of its candidate settings on each split, and takes on each the one that is best on its validation nodes. */
export async function compareModels(bench: Bench, parts: readonly Parts[]): Promise<Compared[]> {
  const { settings, seed } = bench.context;
  const { source } = bench;
  const models = trainedModels(settings).map((model) => ({
    model,
    candidates: candidatesFor(model, settings, source.isSparse),
  }));
  const cases = parts.flatMap((_, repeat) =>
    models.flatMap(({ model, candidates }) => candidates.map((recipe, at): Case => ({ repeat, model, recipe, at }))),
  );
  const featuresOf = latest((repeat: number) => learnFeatures(source, parts[repeat]!.train, settings, seed));
  const found = await bench.units(cases, keyOf, async (at) => {
    const { repeat, model, recipe } = at;
    const { x } = await featuresOf(repeat);
    return trialOf(bench, keyOf(at), { model, recipe, x, parts: parts[repeat]!, seed: seed + repeat });
  });
  const trialsOf = (model: Trained) =>
    parts.map((_, repeat) => found.filter((_trial, i) => cases[i]!.model === model && cases[i]!.repeat === repeat));
  return models.map(({ model, candidates }) => {
    const trials = trialsOf(model);
    const outcomes = trials.map((each, repeat): Outcome => {
      const chosen = bestOf(each);
      return { chosen, parts: parts[repeat]!, trial: each[chosen]! };
    });
    const means = candidates.map((_, at) => ({
      validation: meanOf(trials.map((each) => each[at]!.validation)),
      validationLoss: meanOf(trials.map((each) => each[at]!.validationLoss)),
    }));
    return { model, candidates, outcomes, best: bestOf(means) };
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The one of highest score on validation nodes, of equal ones that of lowest loss. */
function bestOf(trials: readonly Pick<Trial, 'validation' | 'validationLoss'>[]): number {
  let best = 0;
  for (const [at, { validation, validationLoss }] of trials.entries()) {
    const other = trials[best]!;
    if (validation > other.validation || (validation === other.validation && validationLoss < other.validationLoss))
      best = at;
  }
  return best;
}
