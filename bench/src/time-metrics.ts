import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix } from '@unbraid/data';
import {
  betaVaeScore,
  type Codes,
  dci,
  type Factors,
  factorVaeScore,
  histogramInformation,
  infoMec,
  informationGap,
  modularity,
  mutualInformation,
  sap,
} from '@unbraid/dynamic-vae';
import { createRandom } from '@unbraid/kernels';
import { peerScript, python } from './paths.ts';

/**
 * Seconds of processor that metrics of disentanglement take on 10,000 codes, and what scikit-learn's estimators take, of which
 * disentanglement_lib and InfoMEC's authors make theirs. Processor time, so that a machine that others use tells about the same. Prints a line each.
 */

const ROWS = 10_000;
const SIZES = [3, 6, 40, 32, 32];
const LATENTS = 2 * SIZES.length;

/** Each factor stands in a latent by itself and in a second one bent, both blurred. */
function drawn(): { codes: Codes; factors: Factors } {
  const random = createRandom(1);
  const values = Int32Array.from({ length: ROWS * SIZES.length }, (_, i) => random.int(SIZES[i % SIZES.length]!));
  const mean = createMatrix(ROWS, LATENTS, random.normal(new Float32Array(ROWS * LATENTS), 0, 0.3));
  values.forEach((value, i) => {
    const [row, k] = [Math.floor(i / SIZES.length), i % SIZES.length];
    const place = value / (SIZES[k]! - 1);
    mean.data[row * LATENTS + k]! += 2 * place - 1;
    mean.data[row * LATENTS + SIZES.length + k]! += Math.sin(6 * place);
  });
  const logVariance = createMatrix(ROWS, LATENTS);
  logVariance.data.fill(-3);
  return { codes: { mean, logVariance }, factors: { values, sizes: SIZES } };
}

const { codes, factors } = drawn();
const scale: Factors = { values: factorOf(1), sizes: [SIZES[1]!] };
const quick = { explicitness: false } as const;

const measured: readonly (readonly [string, () => unknown])[] = [
  ['MIG', () => informationGap(mutualInformation(codes, factors))],
  ['modularity', () => modularity(histogramInformation(codes, factors))],
  ['SAP', () => sap(codes, factors)],
  ['FactorVAE', () => factorVaeScore(codes, factors)],
  ['beta-VAE', () => betaVaeScore(codes, factors)],
  ['InfoMEC', () => infoMec(codes, factors)],
  ['boosted trees of the factor of 6 values', () => dci(codes, scale, quick)],
];
for (const [name, run] of measured) {
  const before = process.cpuUsage();
  run();
  console.log(`ours          ${name}: ${(process.cpuUsage(before).user / 1e6).toFixed(2)} s`);
}
await peer();

function factorOf(k: number): Int32Array {
  return Int32Array.from({ length: ROWS }, (_, i) => factors.values[i * SIZES.length + k]!);
}

async function peer(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-metrics-'));
  try {
    const [means, values] = [join(folder, 'codes'), join(folder, 'factors')];
    await writeFile(means, codes.mean.data);
    await writeFile(values, factors.values as Int32Array);
    const environment = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    const script = [peerScript('time_metrics.py'), means, values];
    const { status } = spawnSync(python(), script, { stdio: 'inherit', env: environment });
    if (status !== 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
