import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import { defineExperiment, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { FEWEST_VECTORS, gradientNorm, hessianNorm } from '@unbraid/linearity';
import { z } from 'zod';
import {
  type Case,
  casesOf,
  checkCases,
  drawnParams,
  measureCases,
  networkOf,
  networkSettings,
  networksAt,
  networksSetting,
  widthsSetting,
} from './families.ts';
import { type HessianTrial, reportHessian, summarizeHessian } from './hessian-report.ts';
import { pointsOnSphere } from './points.ts';

const settings = z.object({
  widths: widthsSetting([10, 30, 100, 300, 1000, 3000, 10_000]),
  networks: networksSetting([40, 40, 40, 40, 40, 12, 4]),
  bottleneckNetworks: z
    .int()
    .min(1)
    .default(300)
    .describe('Networks with a bottleneck at each width: they are small, and their norms scatter more'),
  inputs: z
    .int()
    .min(1)
    .default(5)
    .describe('Inputs at which each network is measured; its norm is the mean over them'),
  fitFrom: z.int().min(2).default(100).describe('Slopes are fitted to widths from this one on'),
  ...networkSettings,
  activation: networkSettings.activation.default('swish'),
  tolerance: z.number().min(1e-5).max(0.1).default(0.01).describe('Residual of ‖H‖ at which Lanczos ends, relative'),
  maxProducts: z.int().min(4).default(300).describe('Most Hessian-vector products for one norm'),
});

type Settings = z.output<typeof settings>;

export const hessian = defineExperiment({
  name: 'linearity/hessian',
  title: 'The norm of the Hessian against the width of a network',
  paper: 'arXiv 2010.01092',
  description:
    'Measures the spectral norm of the Hessian and the norm of the gradient of networks at their random start, by Lanczos on exact ' +
    'Hessian-vector products. With a linear output the Hessian falls as 1/√m while the gradient stays, so wide networks are nearly ' +
    'linear in their weights; a non-linear output or a narrow layer keeps it at one size, whatever the width.',
  settings,
  presets: {
    smoke: { widths: [30, 100, 300], networks: [2], bottleneckNetworks: 6, inputs: 2, fitFrom: 30 },
    short: { networks: [6, 6, 16, 16, 8, 2, 1], bottleneckNetworks: 40, inputs: 3 },
    full: {},
  },
  metrics: {
    norm: { description: 'Spectral norm of the Hessian', x: 'input', by: ['family', 'width', 'network'] },
    bound: { description: 'Bound of the error of that norm', x: 'input', by: ['family', 'width', 'network'] },
    products: { description: 'Hessian-vector products that it took', x: 'input', by: ['family', 'width', 'network'] },
  },
  summary: {
    slopeLinear: 'Exponent p of ‖H‖ ~ m^p for a linear output, fitted to widths from fitFrom on',
    slopeNonlinear: 'the same for a non-linear output',
    slopeBottleneck: 'the same for networks with a bottleneck',
    errorLinear: 'standard error of slopeLinear, from the scatter between networks',
    errorNonlinear: 'standard error of slopeNonlinear',
    errorBottleneck: 'standard error of slopeBottleneck',
    gradientSlopeLinear: 'Exponent of ‖∇f‖ for a linear output; 0 is expected',
    largestBound: 'Largest residual bound of a norm, relative to it: how exact the norms are',
    unconverged: 'Norms whose residual stayed above the tolerance; their bound is in the metrics',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const { settings: s, seed } = context;
    const inputs = pointsOnSphere(s.inputs, s.dimension, createRandom(seed).split('inputs'));
    const cases = casesOf(s.widths, (family, index) =>
      family === 'bottleneck' ? s.bottleneckNetworks : networksAt(s.networks, index),
    );
    checkCases(cases, s, 1 + FEWEST_VECTORS);
    const trials = await measureCases(context, cases, (at) => measure(context, at, inputs, runtime));
    await reportHessian(context, trials, s.fitFrom);
    return summarizeHessian(trials, s.fitFrom);
  },
});

async function measure(
  { settings: s, seed, signal, log, progress }: RunContext<Settings>,
  at: Case,
  inputs: Matrix,
  runtime: Runtime,
): Promise<HessianTrial> {
  const model = networkOf(at.family, at.width, s);
  const params = drawnParams(model, seed, at);
  let [norm, gradient, bound, unconverged] = [0, 0, 0, 0];
  for (let i = 0; i < inputs.rows; i++) {
    const x = createMatrix(1, inputs.cols, matrixRow(inputs, i));
    const { tolerance, maxProducts } = s;
    const h = await hessianNorm({ model, params, x }, { tolerance, maxProducts, runtime, signal, onWarning: () => {} });
    const g = await gradientNorm({ model, params, x }, { runtime });
    log({
      ...at,
      input: i,
      norm: h.norm.value,
      bound: h.norm.bound,
      products: h.products,
      converged: h.converged,
    });
    norm += h.norm.value / inputs.rows;
    gradient += g.value / inputs.rows;
    bound = Math.max(bound, h.norm.bound / h.norm.value);
    unconverged += Number(!h.converged);
    progress({ done: i + 1, total: inputs.rows });
  }
  return { ...at, norm, gradient, bound, unconverged };
}
