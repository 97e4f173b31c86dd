import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { betaVaeScore } from '../src/metrics/beta-vae-score.ts';
import { dciOf } from '../src/metrics/dci.ts';
import { explicitness } from '../src/metrics/explicitness.ts';
import { factorVaeScore } from '../src/metrics/factor-vae-score.ts';
import { histogramInformation } from '../src/metrics/histogram-information.ts';
import { infoMec } from '../src/metrics/info-mec.ts';
import { modularity } from '../src/metrics/modularity.ts';
import { nearestInformation } from '../src/metrics/nearest-information.ts';
import { factorColumn } from '../src/metrics/representation.ts';
import { sapOfSplit } from '../src/metrics/sap.ts';
import { fitBoosting } from '../src/metrics/trees/boosting.ts';
import { fitForest } from '../src/metrics/trees/forest.ts';
import { udr } from '../src/metrics/udr.ts';
import {
  distance,
  measuredCodes,
  measuredFactors,
  measuredSplit,
  python,
  rankedModels,
} from './disentanglement-fixture.ts';

const [codes, factors] = [measuredCodes, measuredFactors];
const labelsOf = (k: number) => factorColumn(factors, k);

test('information in bins, and modularity of it, are those of NumPy and scikit-learn', () => {
  const information = histogramInformation(codes, factors);
  expect(distance(information.information, python.histogram)).toBeLessThan(1e-9);
  expect(modularity(information).modularity).toBeCloseTo(python.modularity, 9);
});

test('information by nearest neighbours is that of mutual_info_classif', () => {
  const { information } = nearestInformation(codes, factors);
  // Latent 3 is so narrow that five decimals leave neighbours at one distance, of which scikit-learn chooses at random.
  const narrow = 3 * factors.sizes.length;
  const rest = narrow + factors.sizes.length;
  expect(distance(information.subarray(0, narrow), python.nearest.slice(0, narrow))).toBeLessThan(1e-6);
  expect(distance(information.subarray(rest), python.nearest.slice(rest))).toBeLessThan(1e-6);
  expect(distance(information, python.nearest)).toBeLessThan(2e-3);
});

test('InfoMEC is that of its definition with scikit-learn’s estimators', () => {
  const measured = infoMec(codes, factors);
  expect(measured.modularity).toBeCloseTo(python.infoMec.modularity, 6);
  expect(measured.compactness).toBeCloseTo(python.infoMec.compactness, 6);
  expect(measured.explicitness).toBeCloseTo(python.infoMec.explicitness, 4);
  expect(measured.active).toEqual(python.infoMec.active);
});

test('SAP is that of LinearSVC, and of squared correlations where values are ordered', () => {
  const { scores, sap } = sapOfSplit(codes, factors, measuredSplit, 0.01);
  expect(distance(scores, python.sap.scores)).toBeLessThan(1e-9);
  expect(sap).toBeCloseTo(python.sap.sap, 9);
  const ordered = sapOfSplit(codes, { ...factors, ordered: [true, true, true] }, measuredSplit, 0.01);
  expect(distance(ordered.scores, python.sap.ordered)).toBeLessThan(1e-9);
  expect(ordered.sap).toBeCloseTo(python.sap.orderedSap, 9);
});

test('scores that draw images are, on average over seeds, those that Python draws', () => {
  const sizes = { votes: 2000, testVotes: 2000, batchSize: 6 };
  const seeds = [0, 1, 2];
  const average = (of: (seed: number) => number) => seeds.reduce((sum, seed) => sum + of(seed), 0) / seeds.length;
  const error = ({ deviation }: { readonly deviation: number }) => 4 * deviation * Math.sqrt(1 / 3 + 1 / 12);
  const factorVae = average((seed) => factorVaeScore(codes, factors, { seed, ...sizes }).score);
  expect(Math.abs(factorVae - python.factorVae.mean)).toBeLessThan(error(python.factorVae));
  const betaVae = average(
    (seed) => betaVaeScore(codes, factors, { seed, batches: 2000, testBatches: 2000, batchSize: 6 }).score,
  );
  expect(Math.abs(betaVae - python.betaVae.mean)).toBeLessThan(error(python.betaVae));
});

/** Of equally good splits scikit-learn takes one at random, too: importances are compared on average over seeds. */
function boost(labels: Int32Array, classes: number | undefined) {
  const fits = [0, 1, 2].map((seed) =>
    fitBoosting(codes, { labels, classes }, measuredSplit.train, {
      stages: 40,
      depth: 3,
      rate: 0.1,
      random: createRandom(seed),
    }),
  );
  const importance = fits[0]!.importance.map((_, j) => fits.reduce((sum, fit) => sum + fit.importance[j]! / 3, 0));
  return { importance, predict: fits[0]!.predict };
}

test('boosted trees have scikit-learn’s importances and say what its say', () => {
  for (const [k, expected] of python.boosting.entries()) {
    const labels = labelsOf(k);
    const classifier = boost(labels, factors.sizes[k]);
    expect(distance(classifier.importance, expected.importance)).toBeLessThan(5e-3);
    const said = Array.from(classifier.predict(measuredSplit.test));
    expect(said.filter((label, i) => label !== expected.said[i]).length).toBeLessThanOrEqual(1);
    const regressor = boost(labels, undefined);
    expect(distance(regressor.importance, expected.regressionImportance)).toBeLessThan(5e-3);
    const numbers = Array.from(regressor.predict(measuredSplit.test));
    const errors = numbers.map((value, i) => Math.abs(value - expected.regression.data[i]!));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.05);
  }
});

test('forests have scikit-learn’s importances, and its losses at every depth', () => {
  for (const [k, expected] of python.forest.entries()) {
    const labels = labelsOf(k);
    const grow = (classes: number | undefined) =>
      fitForest(codes, { labels, classes }, measuredSplit, { trees: 50, depth: 6, random: createRandom(k) });
    const classes = grow(factors.sizes[k]);
    expect(distance(classes.importance, expected.importance)).toBeLessThan(0.05);
    expect(distance(classes.losses, expected.losses)).toBeLessThan(0.1);
    const numbers = grow(undefined);
    expect(distance(numbers.importance, expected.regressionImportance)).toBeLessThan(0.03);
    expect(distance(numbers.losses, expected.regressionLosses)).toBeLessThan(0.04);
  }
});

test('disentanglement and completeness are SciPy’s entropies of the importances', () => {
  const latents = codes.cols;
  const probes = python.boosting.map(({ importance }) => ({
    importance: Float64Array.from(importance),
    informativeness: 1,
    explicitness: undefined,
  }));
  const measured = dciOf(probes, latents);
  expect(measured.disentanglement).toBeCloseTo(python.dci.disentanglement, 12);
  expect(measured.completeness).toBeCloseTo(python.dci.completeness, 12);
  expect(distance(measured.latents, python.dci.latents)).toBeLessThan(1e-12);
});

test('explicitness is NumPy’s area under the curve of least losses', () => {
  expect(explicitness(python.explicitness)).toBeCloseTo(python.explicitness.value, 12);
});

test.each(['lasso', 'spearman'] as const)('UDR by %s is that of scikit-learn and SciPy', (similarity) => {
  const measured = udr(rankedModels, { similarity });
  expect(distance(measured.pairs, python.udr[similarity].pairs)).toBeLessThan(1e-6);
  expect(distance(measured.scores, python.udr[similarity].scores)).toBeLessThan(1e-6);
});
