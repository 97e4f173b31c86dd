import { createMatrix } from '@unbraid/data';
import { createGalu, decodeGalu, encodeGalu, exportGalu, type GaluSettings, galuPath } from '@unbraid/galu';
import { softmaxRows } from '@unbraid/nn';
import type { ModelForm } from '../model/form.ts';
import type { Answers, Outputs } from '../scores/answers.ts';
import type { LearnOptions, Part } from './learner.ts';

/** What GaLU networks are made with, beside sizes and ridges. */
export interface GaluPlan {
  readonly gates: 'sparse' | 'gaussian' | 'differences' | 'k-means' | 'relu';
  readonly members: number;
}

/** A size and a ridge, how they did on the tested rows, and their outputs there. */
export interface Combination {
  readonly neurons: number;
  readonly ridge: number;
  /** Mean over rows: of squared errors, or the log loss. */
  readonly loss: number;
  /** Probabilities, or the quantity. */
  readonly outputs: Outputs;
}

/** Within the network there is the linear model; each class has weights of its own. */
function settingsOf({ gates, members }: GaluPlan, answers: Answers): Omit<GaluSettings, 'neurons' | 'ridge'> {
  return {
    gates: gates === 'gaussian' ? gates : { kind: gates },
    members,
    linear: true,
    separate: true,
    offset: true,
    ...(answers.task === 'regression'
      ? { loss: 'squared' as const }
      : { loss: 'softmax' as const, classes: answers.classes.length }),
  };
}

const targetsOf = (answers: Answers): Float64Array | Int32Array =>
  answers.task === 'regression' ? answers.values : answers.labels;

/** All sizes and ridges, trained on some rows and tested on others. */
export async function combinationsOf(
  { part, test, testAnswers }: { part: Part; test: Part['x']; testAnswers: Answers },
  plan: GaluPlan & { readonly neurons: readonly number[]; readonly ridges: readonly number[] },
  { seed, signal, tell }: LearnOptions,
): Promise<Combination[]> {
  const { answers, x, weights } = part;
  const scores = await galuPath(
    { x, y: targetsOf(answers) },
    { x: test, y: targetsOf(testAnswers) },
    {
      ...settingsOf(plan, answers),
      neurons: plan.neurons,
      ridges: plan.ridges,
      seed,
      signal,
      ...(weights && { sampleWeights: weights }),
      onProgress: ({ neurons }) => tell(`${neurons} neurons`),
    },
  );
  return scores.map(({ neurons, ridge, loss, outputs }) => ({
    neurons,
    ridge,
    loss,
    outputs: answers.task === 'regression' ? outputs : probabilitiesOf(outputs),
  }));
}

/** Of logits of the classes; or, of two classes, of that of the second. */
function probabilitiesOf(logits: Outputs): Outputs {
  const { data, rows, cols } = oneForEach(logits);
  return createMatrix(rows, cols, softmaxRows({ data, rows, cols }).data);
}

/** With a column of zeros for the first of two classes. */
function oneForEach(logits: Outputs): Outputs {
  if (logits.cols > 1) return logits;
  const both = createMatrix(logits.rows, 2);
  logits.data.forEach((logit, i) => {
    both.data[2 * i + 1] = logit;
  });
  return both;
}

const DIRECT = 6000;

/** A network of one size and ridge. */
export async function trainGalu(
  { x, answers, weights }: Part,
  plan: GaluPlan & { readonly neurons: number; readonly ridge: number },
  { seed, signal, tell }: LearnOptions,
): Promise<Uint8Array> {
  const { neurons, ridge } = plan;
  const settings = { ...settingsOf(plan, answers), neurons, ridge, seed };
  // Up to so many unknowns the normal equations take less time than iterations do.
  const isDirect = answers.task === 'regression' && (neurons + 1) * (x.cols + 1) <= DIRECT;
  const model = await createGalu({ ...settings, ...(isDirect && { method: 'direct' as const }) }).fit(
    x,
    targetsOf(answers),
    {
      signal,
      ...(weights && { sampleWeights: weights }),
      ...(!isDirect && { onIteration: ({ iteration }: { iteration: number }) => tell(`iteration ${iteration}`) }),
      onWarning: () => undefined,
    },
  );
  // Without the time it took, so that the same fit gives the same file.
  return encodeGalu({ network: model.network, report: { ...model.report, seconds: 0 } });
}

/** Reads, and exports, what `trainGalu` gave. */
export const galuForm: ModelForm = {
  async open(bytes, task) {
    const model = decodeGalu(bytes);
    return {
      outputs: async (x) => (task === 'regression' ? model.predict(x) : await model.probabilities(x)),
      release: async () => undefined,
      warnings: model.report.warnings,
    };
  },
  toOnnx: async (bytes) => exportGalu(decodeGalu(bytes)),
};
