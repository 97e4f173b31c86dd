import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { linearTargets, normalMatrix } from '../../test/problems.ts';
import {
  accuracy,
  dense,
  evaluateModel,
  type FitOptions,
  fit,
  meanSquaredError,
  predict,
  softmaxCrossEntropy,
} from '../index.ts';

const x = normalMatrix(6, 4);
const labels = Int32Array.of(0, 1, 2, 0, 1, 2);

const classify: FitOptions = { model: dense(4, 3), loss: softmaxCrossEntropy, data: { x, y: labels }, epochs: 1 };
const regress: FitOptions = { ...classify, loss: meanSquaredError, data: { x, y: linearTargets(x, 3) } };

const withEntry = (index: number, value: number) => ({ ...x, data: x.data.with(index, value) });

test.each<[FitOptions, string]>([
  [{ ...classify, batchSize: 0 }, "nn: fit's batchSize is 0; an integer of at least 1 is needed"],
  [{ ...classify, epochs: 1.5 }, "nn: fit's epochs is 1.5; an integer of at least 1 is needed"],
  [{ ...classify, validateEvery: 0 }, "nn: fit's validateEvery is 0; an integer of at least 1 is needed"],
  [{ ...classify, steps: 3 }, 'nn: fit takes either epochs or steps, and got both'],
  [
    { model: classify.model, loss: classify.loss, data: classify.data },
    'nn: fit takes either epochs or steps, and got neither',
  ],
  [
    { ...classify, checkpoint: memoryStore(0) },
    "nn: fit's checkpoint.everyEpochs is 0; an integer of at least 1 is needed",
  ],
  [
    { ...classify, metrics: { loss: accuracy } },
    'nn: a metric is called loss, which is the name of the loss; call it otherwise',
  ],
  [{ ...classify, params: new Float32Array(3) }, "nn: fit's params has 3 entries, the model has 15 parameters"],
  [
    { ...classify, data: { x, y: labels.subarray(1) } },
    'nn: data.y has 5 labels, X has 6 rows; give one label for each row, in the same order',
  ],
  [
    { ...classify, data: { x, y: labels.with(3, 3) } },
    'nn: data.y has the label 3 at row 3; the model has 3 outputs, so labels are 0 to 2',
  ],
  [
    { ...classify, validation: { x, y: labels.with(0, -1) } },
    'nn: validation.y has -1 at row 0 (counted from 0); labels are whole numbers from 0',
  ],
  [
    { ...classify, data: { x: normalMatrix(6, 5), y: labels } },
    'nn: dense(4, 3) takes [rows, 4], the input is [6, 5]; make the layer as wide as what comes before it',
  ],
  [
    { ...classify, data: { x: { data: new Float32Array(0), rows: 0, cols: 4 }, y: new Int32Array(0) } },
    'nn: data.x has 0 rows; at least 1 is needed',
  ],
  [{ ...classify, data: { x: { ...x, cols: 5 }, y: labels } }, 'nn: data.x has 24 entries, 6 rows of 5 take 30'],
  [
    { ...classify, data: { x: withEntry(9, Number.NaN), y: labels } },
    'nn: data.x has 1 NaN value, the first at row 2, column 1 (counted from 0); drop or impute such rows',
  ],
  [
    { ...classify, validation: { x: withEntry(4, Number.NEGATIVE_INFINITY), y: labels } },
    'nn: validation.x has 1 infinite value, the first at row 1, column 0 (counted from 0); drop or impute such rows',
  ],
  [
    { ...classify, learningRate: Number.NaN },
    "nn: fit's learningRate is NaN; a finite number of at least 0, or a schedule, is needed",
  ],
  [{ ...classify, learningRate: Number.POSITIVE_INFINITY }, "nn: fit's learningRate is Infinity; a finite"],
  [{ ...classify, learningRate: -1 }, "nn: fit's learningRate is -1; a finite number of at least 0 is needed"],
  [
    { ...classify, learningRate: () => Number.NaN },
    "nn: fit's learning rate 0 epochs in is NaN; a finite number of at least 0 is needed",
  ],
  [
    { ...classify, batchSize: 3, learningRate: (epoch) => 0.1 - epoch },
    "nn: fit's learning rate 0.5 epochs in is -0.4; a finite number of at least 0 is needed",
  ],
  [{ ...classify, seed: 0.5 }, "nn: fit's seed is 0.5; an integer of at least 0 is needed"],
  [{ ...classify, lerningRate: 1 } as FitOptions, 'nn: fit has no setting "lerningRate"; the nearest are learningRate'],
  [{ ...classify, patience: 3 } as FitOptions, 'nn: fit has no setting "patience"; the nearest are'],
  [{ ...classify, loss: 'hinge' } as never, 'nn: fit\'s loss is "hinge"; a function is needed'],
  [
    { ...classify, optimizer: 'adam' } as never,
    'nn: fit\'s optimizer is "adam"; an optimizer such as adam() is needed',
  ],
  [
    { ...classify, params: new Float32Array(15).fill(1 / 0, 14) },
    "nn: fit's params has 1 infinite value, the first at bias[2]",
  ],
  [
    { ...classify, loss: (p, t) => softmaxCrossEntropy(p, t), data: { x, y: [0, 1, 2, 0, 1, 2] } },
    'nn: data.y is an array of 6 numbers, which may be classes or quantities; give classes as Int32Array.from(y)',
  ],
  [
    { ...classify, data: { x: [1, 2, 3, 4] as never, y: labels } },
    "nn: data.x is an array of 4 numbers, whose rows can't be told",
  ],
  [{ ...classify, data: 3 as never }, "nn: fit's data is 3; an object with x and y is needed"],
  [
    { ...classify, data: { x, y: labels, weights: [1, 1] } },
    'nn: data.weights has 2 entries, x has 6 rows; give a weight',
  ],
  [
    { ...classify, data: { x, y: labels, weights: [1, 1, 1, -1, 1, 1] } },
    'nn: data.weights has -1 at row 3 (counted from 0); a finite number of at least 0 is needed',
  ],
  [
    { ...classify, data: { x, y: labels, weights: new Float32Array(6) } },
    'nn: data.weights are all 0; at least one row',
  ],
  [
    { ...classify, loss: (p, t) => softmaxCrossEntropy(p, t), classWeights: 'balanced' },
    'nn: fit has weights, and its loss takes none; give it a third argument, (prediction, target, weights), as ours have',
  ],
  [{ ...regress, classWeights: 'balanced' }, "nn: fit's classWeights go with labels, and data.y are quantities"],
  [
    { ...classify, classWeights: [1, 2] },
    "nn: fit's classWeights has 2 entries, there are 3 classes; give one for each",
  ],
  [
    { ...classify, classWeights: [1, 2, -1] },
    "nn: fit's classWeights has -1 for class 2; a finite number of at least 0",
  ],
  [{ ...classify, classWeights: { 0: 1, 7: 2 } }, 'nn: fit\'s classWeights has no class "7"; the nearest are 0, 1, 2'],
  [{ ...classify, classWeights: [0, 0, 0] }, "nn: under fit's classWeights no row counts; give a class that occurs"],
  [
    { ...classify, earlyStopping: { patience: 0 } },
    "nn: fit's earlyStopping.patience is 0; an integer of at least 1 is needed",
  ],
  [
    { ...classify, earlyStopping: { patience: 1, minDelta: -1 } },
    "nn: fit's earlyStopping.minDelta is -1; a finite number of at least 0 is needed",
  ],
  [
    { ...classify, earlyStopping: { patience: 1, pateince: 2 } as never },
    'nn: fit\'s earlyStopping has no entry "pateince"',
  ],
  [
    { ...classify, progress: 'yes' as never },
    'nn: fit\'s progress is "yes"; true, false or a function of a line is needed',
  ],
  [
    { ...classify, earlyStoping: { patience: 1 } } as never,
    'nn: fit has no setting "earlyStoping"; the nearest are earlyStopping',
  ],
  [{ ...regress, data: { x, y: linearTargets(x, 2) } }, "nn: data.y has 2 columns, the model's output is [6, 3]"],
  [
    { ...regress, data: { x, y: linearTargets(normalMatrix(5, 4), 3) } },
    'nn: data.y has 5 rows, X has 6; give one for each row of X, in the same order',
  ],
])('fit refuses bad input in one line, case %#', async (options, message) => {
  await expect(fit(options)).rejects.toThrow(message);
});

test('predict and evaluateModel refuse parameters and batches that do not fit', async () => {
  const { model, loss, data } = classify;
  await expect(predict(model, new Float32Array(3), x)).rejects.toThrow(
    'nn: params has 3 entries, the model has 15 parameters',
  );
  await expect(predict(model, new Float32Array(15), x, { batchSize: 0 })).rejects.toThrow(
    "nn: predict's batchSize is 0; an integer of at least 1 is needed",
  );
  await expect(evaluateModel(model, new Float32Array(3), data, { loss })).rejects.toThrow('nn: params has 3 entries');
  await expect(predict(model, new Float32Array(15), withEntry(0, Number.NaN))).rejects.toThrow(
    'nn: x has 1 NaN value, the first at row 0, column 0 (counted from 0); drop or impute such rows',
  );
  await expect(predict(model, new Float32Array(15), x, { batchsize: 3 } as object)).rejects.toThrow(
    'nn: predict has no setting "batchsize"; the nearest are batchSize',
  );
  await expect(evaluateModel(model, new Float32Array(15), data, {} as never)).rejects.toThrow(
    'nn: evaluateModel: loss is missing; give a function',
  );
});

test('parameters that are not finite are refused, and outputs and means that are not', async () => {
  const { model, loss, data } = classify;
  const spoiled = new Float32Array(15).fill(Number.NaN, 7, 9);
  await expect(predict(model, spoiled, x)).rejects.toThrow(
    'nn: params has 2 NaN values, the first at weight[2, 1]; train again, or start from other parameters',
  );
  await expect(evaluateModel(model, spoiled, data, { loss })).rejects.toThrow('nn: params has 2 NaN values');
  const large = new Float32Array(15).fill(3e38);
  await expect(predict(model, large, x)).rejects.toThrow(
    /^nn: the output has .*, the first at row \d, column 0 \(counted/,
  );
  await expect(evaluateModel(model, large, data, { loss })).rejects.toThrow(
    /^nn: evaluateModel has 1 .* value, the first at loss; look for extreme inputs/,
  );
});

test('an initializer that gives no numbers is refused', async () => {
  const init = { fill: (out: Float32Array) => void out.fill(Number.NaN) };
  await expect(fit({ ...classify, model: dense(4, 3, { init }) } as FitOptions)).rejects.toThrow(
    'nn: what the initializer gives weight has 12 NaN values',
  );
});
