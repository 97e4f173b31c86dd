import { createMatrix, type Matrix } from '@unbraid/data';
import {
  encode,
  type ImageVae,
  sample,
  smoothedKl,
  type Trace,
  type TrainedVae,
  trackingOf,
} from '@unbraid/dynamic-vae';
import { gridFigure, palette, pngSource, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import {
  betaFigure,
  curvePoints,
  imageAt,
  klFigure,
  reconstructionFigure,
  traversalFigure,
} from '@unbraid/papers/dynamic-vae/figures';
import { type Measured, USED } from './measure.ts';
import type { ImageSettings } from './settings.ts';
import type { ImageSourceFiles } from './source.ts';

/** Everything that a fit of images comes to. */
export interface ImageFindings {
  readonly source: ImageSourceFiles;
  readonly settings: ImageSettings;
  readonly trained: TrainedVae<ImageVae>;
  readonly measured: Measured;
  readonly trace: Trace;
  readonly beta: number;
  readonly runtime: Runtime;
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

const TITLE = 'DynamicVAE';

/** Tables and figures of a fit of images. */
export async function reportImages(report: Report, findings: ImageFindings): Promise<void> {
  const { source, settings, trained, measured, trace, runtime } = findings;
  resultTable(report, findings);
  const shown = { title: TITLE, trained, klOfLatents: measured.klOfLatents };
  await reconstructionFigure(report, [shown], source.validation, runtime);
  await traversalFigure(report, shown, imageAt(source.validation, 0), runtime);
  await samplesFigure(report, trained, runtime);
  await latentsFigure(report, measured);
  const points = curvePoints(TITLE, trace, settings.window);
  await klFigure(report, points, settings.window);
  await betaFigure(report, points);
  await lossFigure(report, trace);
  await latentTable(report, findings);
}

function resultTable(report: Report, { source, settings, measured, trace, beta, trained }: ImageFindings): void {
  const tracking = trackingOf(trace, settings.window)!;
  const { likelihood } = trained.vae.settings;
  report.table('results', {
    title: `${source.name}: ${source.train.rows + source.validation.rows} images of ${settings.size} × ${settings.size} pixels${source.channels === 3 ? ' in colour' : ''}`,
    caption:
      `Measured on ${measured.images} images that were not learned from; ${source.train.rows} were. ` +
      (tracking.warning === undefined
        ? 'The KL divergence reached its set point.'
        : `${tracking.warning[0]!.toUpperCase()}${tracking.warning.slice(1)}.`),
    columns: ['quantity', 'value', 'what it is'],
    rows: [
      [
        'pixel error',
        measured.pixelError.toFixed(4),
        'root mean square of the difference to what mean codes give back, pixels in [0, 1]',
      ],
      ['reconstruction', measured.reconstruction.toFixed(2), `−log p(x|z) in nats, summed over pixels (${likelihood})`],
      ['KL divergence', measured.kl.toFixed(2), 'in nats: how much the latents tell of an image'],
      ['set point', tracking.setPoint.toFixed(2), 'where the KL divergence was to go, in nats'],
      ['in training', tracking.kl.toFixed(2), 'the KL divergence of the last tenth of the steps, in nats'],
      ['β', beta.toPrecision(3), 'weight of the KL divergence at the end'],
      [
        'latents used',
        measured.klOfLatents.filter((each) => each >= USED).length,
        `of ${settings.latents}: those that tell at least ${USED} nats`,
      ],
    ],
  });
}

const SAMPLES = 20;
const ACROSS = 10;

async function samplesFigure(report: Report, trained: TrainedVae<ImageVae>, runtime: Runtime): Promise<void> {
  const images = await sample(trained, SAMPLES, { seed: 1, runtime });
  const { channels } = trained.vae.settings.image;
  const tiles = Array.from({ length: SAMPLES }, (_, i) => ({
    panel: '',
    row: i < ACROSS ? 'samples' : 'more',
    column: String((i % ACROSS) + 1),
    source: pngSource(images, i, channels),
  }));
  await report.figure(
    'samples',
    gridFigure(tiles, 48, {
      title: 'Images that the model makes up',
      caption: 'Decoded from codes that were drawn at random from the standard normal distribution.',
      columns: 'sample',
      rows: null,
    }),
  );
}

function latentsFigure(report: Report, { klOfLatents }: Measured): Promise<void> {
  const bars = Array.from(klOfLatents, (kl, j) => ({ latent: `z${j + 1}`, kl }))
    .sort((a, b) => b.kl - a.kl)
    .slice(0, 40);
  return report.figure('latents', {
    title: 'What each latent tells of an image',
    caption: `KL divergence of each latent on images that were not learned from. Below ${USED} nats, the line, a latent is not used.`,
    plot: (Plot) => ({
      marginLeft: 50,
      height: 50 + 22 * bars.length,
      x: { label: 'KL divergence in nats', grid: true, zero: true },
      y: { label: null, domain: bars.map(({ latent }) => latent) },
      marks: [
        Plot.barX(bars, { x: 'kl', y: 'latent', fill: palette[0], inset: 1 }),
        Plot.ruleX([USED], { stroke: 'currentColor', strokeDasharray: '3,3' }),
        Plot.ruleX([0]),
      ],
    }),
  });
}

/** At most so many points of a curve. */
const POINTS = 400;

function lossFigure(report: Report, trace: Trace): Promise<void> {
  const window = Math.max(1, Math.ceil(trace.step.length / 100));
  const smooth = smoothedKl({ kl: trace.reconstruction }, window);
  const stride = Math.max(1, Math.ceil(smooth.length / POINTS));
  const points: { step: number; loss: number }[] = [];
  // The average begins with zeros, and is none before its window is full.
  for (let at = window - 1; at < smooth.length; at += stride) points.push({ step: trace.step[at]!, loss: smooth[at]! });
  return report.figure('loss', {
    title: 'Reconstruction loss in training',
    caption: `−log p(x|z) of training batches, summed over pixels, averaged over ${window} steps. It falls as the set point lets more through.`,
    plot: (Plot) => ({
      marginLeft: 60,
      x: { label: 'training step', grid: true },
      y: { label: 'reconstruction loss in nats', grid: true, nice: true },
      marks: [Plot.line(points, { x: 'step', y: 'loss', stroke: palette[0], strokeWidth: 1.5 })],
    }),
  });
}

const EXTREMES = 3;

/** Which images lie at the ends of each latent: what it stands for, by example. */
async function latentTable(report: Report, { source, trained, measured, runtime }: ImageFindings): Promise<void> {
  const { validation, validationFiles } = source;
  const rows = Math.min(validation.rows, 500);
  const part: Matrix = createMatrix(rows, validation.cols, validation.data.slice(0, rows * validation.cols));
  const { mean } = await encode(trained, part, { runtime });
  const order = Array.from(measured.klOfLatents, (_, j) => j).sort(
    (a, b) => measured.klOfLatents[b]! - measured.klOfLatents[a]!,
  );
  report.table('latents', {
    title: 'Images at the ends of each latent',
    caption: `Among ${rows} images that were not learned from: those with the smallest and the largest mean code.`,
    columns: ['latent', 'KL in nats', 'smallest', 'largest'],
    rows: order
      .filter((j) => measured.klOfLatents[j]! >= USED)
      .map((j) => {
        const sorted = Array.from({ length: rows }, (_, i) => i).sort(
          (a, b) => mean.data[a * mean.cols + j]! - mean.data[b * mean.cols + j]!,
        );
        const names = (at: readonly number[]) => at.map((i) => validationFiles[i]).join(', ');
        return [
          `z${j + 1}`,
          measured.klOfLatents[j]!.toFixed(2),
          names(sorted.slice(0, EXTREMES)),
          names(sorted.slice(-EXTREMES)),
        ];
      }),
  });
}
