import { encodeVae, fitVae, type ImageVae, type Trace, type TrainedVae, trackingOf } from '@unbraid/dynamic-vae';
import { defineExperiment, type Experiment, type RunContext, type Summary } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { fitRun } from '../fit-run.ts';
import type { MethodModule } from '../method.ts';
import { saveModelDirectory } from '../model-directory.ts';
import { imageOverrides, imageWords } from './flags.ts';
import { checkFolder } from './folder.ts';
import { type Measured, measure, USED } from './measure.ts';
import { objectiveOf, stepsOf, vaeOf } from './objective.ts';
import { reportImages } from './report.ts';
import { type ImageSettings, presets, settings } from './settings.ts';
import { type ImageSourceFiles, readImages, readSameImages } from './source.ts';

const summary = {
  task: 'What is learned: images',
  score:
    'Root mean square of the difference between pixels in [0, 1] of images that weren’t learned from and those that their codes give back',
  baselineScore: 'the same of always giving back the mean of the images that were learned from',
  reconstruction: '−log p(x|z) of images that weren’t learned from, in nats, summed over pixels',
  kl: 'KL divergence of their codes, in nats: how much the latents tell of an image',
  setPoint: 'Last set point of the KL divergence in training, in nats',
  reached: 'Whether the KL divergence of training got there',
  beta: 'Weight of the KL divergence at the end',
  used: `Latents that tell at least ${USED} nats of an image`,
  latents: 'Latents',
  rows: 'Images that could be read',
  unreadable: 'Files that were left out',
  columns: 'Numbers of an image: channels · size · size',
  channels: '1 grey, 3 coloured',
  steps: 'Training steps',
  seconds: 'Time of the run, s',
};

/**
 * A fit of a folder of images, as an experiment: its settings name the folder.
 * @param read what was read already; by default it is read, and must be what the settings say
 */
export const imageExperiment = (read?: ImageSourceFiles): Experiment<typeof settings> =>
  defineExperiment({
    name: 'fit/dynamic-vae',
    title: 'What varies in your images',
    paper: 'after arXiv 2009.06795',
    description:
      'Trains a DynamicVAE on a folder of images: an encoder to a few latents and a decoder back, while a controller moves the weight of the KL divergence so ' +
      'that it follows a slowly rising set point. Measures it on images that it did not learn from, and saves it.',
    settings,
    presets,
    metrics: {
      beta: { description: 'Weight of the KL divergence that the step used', x: 'step' },
      setPoint: { description: 'Set point of the KL divergence', unit: 'nats', x: 'step' },
      kl: { description: 'KL divergence of the batch', unit: 'nats', x: 'step' },
      feedback: {
        description: 'Moving average of the KL divergence, which the controller sees',
        unit: 'nats',
        x: 'step',
      },
      reconstruction: { description: 'Reconstruction loss of the batch, summed over pixels', unit: 'nats', x: 'step' },
      loss: { description: 'Reconstruction loss and weighted KL divergence', unit: 'nats', x: 'step' },
    },
    summary,
    async run(context) {
      const { nodeRuntime } = await import('@unbraid/graph/node');
      const { settings: s, seed } = context;
      const source = read ?? (await readSameImages(s, seed));
      const runtime = nodeRuntime();
      const vae = vaeOf(s, source.channels);
      const steps = stepsOf(s, source.train.rows);
      const fitted = await context.unit('training', () => training(context, source, runtime));
      const trained: TrainedVae<ImageVae> = { vae, params: fitted.params };
      const measured = await context.unit('measuring', () => measure(trained, source.validation, seed, runtime));
      await saveModelDirectory(
        context,
        { method: 'dynamic-vae', data: 'images', reading: readingOf(s), channels: source.channels },
        { 'vae.safetensors': encodeVae(trained) },
      );
      await reportImages(context, {
        source,
        settings: s,
        trained,
        measured,
        trace: fitted.trace,
        beta: fitted.beta,
        runtime,
      });
      return summaryOf(s, source, measured, fitted, steps);
    },
  });

/** How images of this kind are read, for the use of the model. */
const readingOf = ({ size, fit, background, margin }: ImageSettings) => ({ size, fit, background, margin });

/** A fit's lines in the metrics, and states that it saves, about. */
const LOGGED = 200;
const SAVED = 50;

async function training(context: RunContext<ImageSettings>, source: ImageSourceFiles, runtime: Runtime) {
  const { settings: s, seed } = context;
  const steps = stepsOf(s, source.train.rows);
  const every = Math.max(1, Math.floor(steps / LOGGED));
  const { params, trace, beta, seconds } = await fitVae({
    vae: vaeOf(s, source.channels),
    images: source.train,
    objective: objectiveOf(s, steps),
    steps,
    batchSize: s.batchSize,
    learningRate: s.learningRate,
    seed: createRandom(seed)
      .split('fit')
      .int(2 ** 31),
    signal: context.signal,
    // The report and the summary say how the KL divergence followed its set point.
    onWarning: () => {},
    checkpoint: {
      load: () => context.checkpoints.load('fit'),
      save: (state) => context.checkpoints.save('fit', state),
      everySteps: Math.max(100, Math.ceil(steps / SAVED)),
    },
    onStep({ step, beta: weight, setPoint, kl, feedback, reconstruction, loss }) {
      context.progress({
        done: step,
        total: steps,
        label: 'steps',
        detail: `KL ${feedback.toFixed(2)}, set point ${setPoint!.toFixed(2)}, β ${weight.toPrecision(3)}, loss ${loss.toFixed(1)}`,
      });
      if (step % every === 0 || step === steps)
        context.log({ step, beta: weight, setPoint: setPoint!, kl, feedback, reconstruction, loss });
    },
    runtime,
  });
  return { params, trace: { ...trace }, beta, seconds };
}

function summaryOf(
  s: ImageSettings,
  source: ImageSourceFiles,
  measured: Measured,
  { trace, beta }: { trace: Trace; beta: number },
  steps: number,
): Summary {
  const tracking = trackingOf(trace, s.window)!;
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    task: 'images',
    score: round(measured.pixelError, 4),
    baselineScore: round(meanError(source), 4),
    reconstruction: round(measured.reconstruction, 3),
    kl: round(measured.kl, 3),
    setPoint: round(tracking.setPoint, 3),
    reached: tracking.reached,
    beta: round(beta, 4),
    used: measured.klOfLatents.filter((each) => each >= USED).length,
    latents: s.latents,
    rows: source.train.rows + source.validation.rows,
    unreadable: source.unreadable,
    columns: source.train.cols,
    channels: source.channels,
    steps,
  };
}

/** The error of the mean image. */
function meanError({ train, validation }: ImageSourceFiles): number {
  const mean = new Float64Array(train.cols);
  for (let i = 0; i < train.bytes.length; i++) mean[i % train.cols]! += train.bytes[i]! / 255 / train.rows;
  const sum = validation.data.reduce((total, value, i) => total + (value - mean[i % train.cols]!) ** 2, 0);
  return Math.sqrt(sum / validation.data.length);
}

/** `fit dynamic-vae`. */
export const module: MethodModule = {
  experiment: () => imageExperiment() as unknown as Experiment,
  fit(io, args, flags) {
    const [folder] = args as readonly [string];
    const experiment = imageExperiment();
    return fitRun(io, {
      experiment,
      overrides: imageOverrides(experiment, folder, flags),
      flags,
      words: imageWords(folder, flags),
      async prepare(checked, seed) {
        checkFolder(checked.folder);
        const source = await readImages(checked, seed);
        return { experiment: imageExperiment(source), identity: source.identity, notices: source.notices };
      },
    });
  },
};
