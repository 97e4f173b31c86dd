import { defineExperiment, hundredths, mean, once } from '@unbraid/experiment';
import { createRandom } from '@unbraid/kernels';
import { profileFacts, weightProfiles } from '@unbraid/laperm';
import { accuracy, adam, evaluateModel, initialize, softmaxCrossEntropy } from '@unbraid/nn';
import { z } from 'zod';
import { trainDense } from './dense-fit.ts';
import { denseNames, denseNetworks } from './dense-networks.ts';
import { fitMetrics } from './fit-metrics.ts';
import { type GivenNetwork, readNetwork } from './given-network.ts';
import { checkImageCounts, imageSettings, loadImageSets } from './image-sets.ts';
import { reportProfiles } from './profiles-report.ts';

const settings = z.object({
  file: z
    .string()
    .default('')
    .describe('A network: .onnx, .safetensors of saveModel, or .h5 of Keras; empty: one that is trained by Adam here'),
  network: z.enum(denseNames).default('mlp').describe('What is trained, or what the weights in an .h5 file are for'),
  evaluate: z.boolean().default(false).describe('Classify test images by a network from an .h5 file'),
  ...imageSettings,
  epochs: z.int().min(1).default(5).describe('Epochs of a network that is trained'),
});

export const profiles = defineExperiment({
  name: 'laperm/profiles',
  title: 'Weight profiles of a network',
  paper: 'arXiv 2003.02570, Section 2',
  description:
    'Sorts the incoming weights of each neuron of a network from a file, or of one that Adam trains here, and draws them: the profiles of a layer are much alike. ' +
    'Says of each layer how alike they are, and how far its weights are from a fresh uniform start, which permuting leaves and ordinary training does not.',
  settings,
  presets: {
    smoke: { trainImages: 1500, testImages: 500, validationImages: 300, epochs: 2 },
    short: {},
    full: { epochs: 20 },
  },
  metrics: fitMetrics,
  summary: {
    layers: 'Layers with weights',
    parameters: 'Parameters of the network',
    likeness: 'Share of a layer’s variance that its mean profile explains, mean over layers',
    kurtosis:
      'Excess kurtosis of a layer’s weights, mean over layers: −1.2 uniform, 0 normal; NaN where a layer has one value',
    fromUniform:
      'Largest distance of a layer’s weights from He’s uniform start (Kolmogorov and Smirnov, times √weights)',
    zeros: 'Share of weights that are 0, in percent',
    test: 'Test accuracy in percent; NaN where it was not asked for',
    seconds: 'Duration of the run',
  },
  async run(context) {
    const { file, network: name, evaluate, epochs, ...counts } = context.settings;
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const [runtime, random, network] = [nodeRuntime(), createRandom(context.seed), denseNetworks[name]()];
    checkImageCounts(counts);
    const sets = once(() => loadImageSets(network, counts, random.split('validation')));
    const train = async (): Promise<Float32Array> => {
      const start = { optimizer: adam(), initial: initialize(network.model, random.split('weights')) };
      const chosen = { epochs, batchSize: network.batchSize, learningRate: 0.001, augment: false, validateSteps: 0 };
      const { params } = await trainDense(network, start, await sets(), chosen, {
        runtime,
        seed: random.split('fit').int(2 ** 31),
        signal: context.signal,
        checkpoints: context.checkpoints,
        onEpoch(point) {
          context.log({ fit: 'Adam', ...point });
          context.progress({ done: point.epoch, total: epochs });
        },
      });
      return params;
    };
    const given = async (): Promise<GivenNetwork> => {
      if (file !== '') return readNetwork(file, name);
      const [params] = await context.units([name], String, train, { label: 'networks' });
      return { model: network.model, params: params! };
    };
    const { model, params } = await given();
    const layers = weightProfiles(model, params).map((profile) => ({
      ...profile,
      facts: profileFacts(profile),
    }));
    await reportProfiles(context, layers, file === '' ? `${name}, trained by Adam` : file);
    const measured = async () => {
      const scores = await evaluateModel(model, params, (await sets()).test, {
        loss: softmaxCrossEntropy,
        metrics: { accuracy },
        runtime,
      });
      return hundredths(100 * scores.accuracy!);
    };
    const average = (of: 'likeness' | 'kurtosis') => hundredths(mean(layers.map(({ facts }) => facts[of])));
    const weights = layers.reduce((sum, { sorted }) => sum + sorted.length, 0);
    const zeros = layers.reduce((sum, { facts, sorted }) => sum + facts.zeros * sorted.length, 0);
    return {
      layers: layers.length,
      parameters: params.length,
      likeness: average('likeness'),
      kurtosis: average('kurtosis'),
      fromUniform: hundredths(Math.max(...layers.map(({ facts }) => facts.fromUniform))),
      zeros: hundredths((100 * zeros) / weights),
      test: evaluate || file === '' ? await measured() : Number.NaN,
    };
  },
});
