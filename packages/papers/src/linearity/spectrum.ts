import type { Matrix } from '@unbraid/data';
import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import { infiniteGaluKernel } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  infiniteKernel,
  type Kernel,
  kernelChange,
  kernelSpectrum,
  ntkNetwork,
  tangentKernel,
} from '@unbraid/linearity';
import { initialize } from '@unbraid/nn';
import { z } from 'zod';
import { checkWidth, networksAt, networksSetting, TRAINING_VECTORS, widthsSetting } from './families.ts';
import { pointsOnSphere } from './points.ts';
import { activations, type Limit, reportSpectrum, type SpectrumTrial, summarizeSpectrum } from './spectrum-report.ts';

const settings = z.object({
  widths: widthsSetting([30, 100, 300, 1000, 3000]),
  networks: networksSetting([20, 20, 20, 10, 5]),
  samples: z.int().min(2).default(100).describe('n, inputs between which the kernel is taken'),
  dimension: z.int().min(1).default(10).describe('d, numbers in an input; inputs have norm √d'),
  depth: z.int().min(1).default(2).describe('Hidden layers'),
});

type Settings = z.output<typeof settings>;

export const spectrum = defineExperiment({
  name: 'linearity/spectrum',
  title: 'Tangent kernels of finite networks approach the infinitely wide one',
  paper: 'arXiv 2010.01092',
  description:
    'Draws networks of ReLU and of erf and compares their tangent kernel at the start, entry by entry and by its eigenvalues, with the limit ' +
    'of infinite width in closed form. One hidden ReLU layer with a fixed output layer has the infinite GaLU kernel as its limit.',
  settings,
  presets: {
    smoke: { widths: [30, 100, 300], networks: [3], samples: 30 },
    short: { widths: [30, 100, 300, 1000], networks: [10, 10, 10, 5] },
    full: {},
  },
  metrics: {
    difference: {
      description: 'Relative difference of the tangent kernel from that of infinite width',
      x: 'width',
      by: ['activation', 'network'],
    },
    smallest: { description: 'Smallest eigenvalue of the tangent kernel', x: 'width', by: ['activation', 'network'] },
    largest: { description: 'Largest eigenvalue of the tangent kernel', x: 'width', by: ['activation', 'network'] },
  },
  summary: {
    slopeRelu: 'Exponent p of ‖K − K_∞‖_F / ‖K_∞‖_F ~ m^p for ReLU; −1/2 is expected',
    slopeErf: 'the same for erf',
    differenceRelu: 'Relative difference at the largest width for ReLU, mean over networks',
    differenceErf: 'the same for erf',
    smallestRelu: 'Smallest eigenvalue of the infinite kernel of ReLU',
    smallestErf: 'the same for erf',
    galuDifference:
      'Relative difference between the infinite kernel of one ReLU layer without the output layer’s part and the infinite GaLU kernel divided by d; rounding is expected',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const { settings: s, seed } = context;
    const x = pointsOnSphere(s.samples, s.dimension, createRandom(seed).split('inputs'));
    const limits = once(() => activations.map((activation) => limitOf(activation, x, s)));
    const cases = casesOf(s);
    for (const { activation, width } of cases) {
      checkWidth(networkOf(activation, width, s), width, TRAINING_VECTORS);
    }
    const trials = await context.units(
      cases,
      (at) => `${at.activation}, m = ${at.width}, network ${at.network}`,
      async (at) => {
        const limit = (await limits()).find(({ activation }) => activation === at.activation)!;
        return measure(context, at, { x, limit: limit.kernel }, runtime);
      },
      { label: 'networks' },
    );
    await reportSpectrum(context, trials, await limits());
    return { ...summarizeSpectrum(trials, await limits()), galuDifference: galuDifference(x) };
  },
});

type Case = Pick<SpectrumTrial, 'activation' | 'width' | 'network'>;

function casesOf({ widths, networks }: Settings): Case[] {
  return widths.flatMap((width, i) =>
    activations.flatMap((activation) =>
      Array.from({ length: networksAt(networks, i) }, (_, network) => ({ activation, width, network })),
    ),
  );
}

function limitOf(activation: SpectrumTrial['activation'], x: Matrix, { depth }: Settings): Limit {
  const kernel = infiniteKernel({ activation, depth }, x);
  return { activation, kernel, values: kernelSpectrum(kernel).values };
}

const networkOf = (activation: SpectrumTrial['activation'], width: number, { dimension, depth }: Settings) =>
  ntkNetwork({ inputs: dimension, width, depth, activation });

async function measure(
  { settings: s, seed, signal, log }: RunContext<Settings>,
  at: Case,
  { x, limit }: { readonly x: Matrix; readonly limit: Kernel },
  runtime: Runtime,
): Promise<SpectrumTrial> {
  signal.throwIfAborted();
  const { activation, width, network } = at;
  const model = networkOf(activation, width, s);
  const params = initialize(model, createRandom(seed).split(`${activation}, m = ${width}`).split(network));
  const finite = await tangentKernel({ model, params }, x, x, { runtime, sampledRows: 0 });
  const { value: difference } = kernelChange(limit, finite);
  const { values, smallest, largest } = kernelSpectrum(finite);
  log({ ...at, difference, smallest, largest });
  return { ...at, difference, values: [...values] };
}

function galuDifference(x: Matrix): number {
  const hidden = infiniteKernel({ activation: 'relu', trained: 'hidden' }, x);
  const galu = infiniteGaluKernel(x, x);
  const scaled = { ...galu, data: galu.data.map((value) => value / x.cols) };
  return kernelChange({ ...hidden, kernel: scaled }, hidden).value;
}
