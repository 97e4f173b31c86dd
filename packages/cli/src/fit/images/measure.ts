import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import {
  type Codes,
  decode,
  decodeLogits,
  encode,
  evaluateVae,
  type ImageVae,
  type TrainedVae,
} from '@unbraid/dynamic-vae';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';

/** A latent is used where it tells at least so much of an image, in nats. */
export const USED = 0.1;

/** What a VAE does on images; all in nats, averaged over them. */
export interface Measured {
  readonly images: number;
  /** −log p(x|z), z drawn once for each image, summed over pixels. */
  readonly reconstruction: number;
  readonly kl: number;
  readonly klOfLatents: Float64Array;
  /** Root mean square of the difference between pixels and those decoded from mean codes, in [0, 1]. */
  readonly pixelError: number;
}

/** Measures images batch after batch. */
export function createMeasuring(trained: TrainedVae<ImageVae>, seed: number, runtime?: Runtime) {
  const { latent } = trained.vae.settings;
  const random: Random = createRandom(seed).split('codes');
  const klOfLatents = new Float64Array(latent);
  let [images, reconstruction, squares] = [0, 0, 0];
  const options = runtime === undefined ? {} : { runtime };
  return {
    async add(batch: Matrix): Promise<void> {
      const found = await evaluateVae(trained, batch, { ...options, seed: random.split(images) });
      const decoded = await decode(trained, found.codes.mean, options);
      for (let j = 0; j < latent; j++) klOfLatents[j]! += batch.rows * found.kl.dimensions[j]!;
      reconstruction += batch.rows * found.reconstruction;
      for (let i = 0; i < batch.data.length; i++) squares += (batch.data[i]! - decoded.data[i]!) ** 2;
      images += batch.rows;
    },
    result(): Measured {
      const each = klOfLatents.map((sum) => sum / images);
      return {
        images,
        reconstruction: reconstruction / images,
        kl: each.reduce((sum, value) => sum + value, 0),
        klOfLatents: each,
        pixelError: Math.sqrt(squares / (images * trained.vae.pixels)),
      };
    },
  };
}

/** Rows that are measured at a time. */
const BATCH = 256;

/** Measures a VAE on the rows of a matrix. */
export async function measure(
  trained: TrainedVae<ImageVae>,
  images: Matrix,
  seed: number,
  runtime: Runtime,
): Promise<Measured> {
  const measuring = createMeasuring(trained, seed, runtime);
  for (let from = 0; from < images.rows; from += BATCH) {
    const rows = Math.min(BATCH, images.rows - from);
    await measuring.add(
      createMatrix(rows, images.cols, images.data.slice(from * images.cols, (from + rows) * images.cols)),
    );
  }
  return measuring.result();
}

/** What is said of single images: their codes, and in nats −log p(x|z) at the mean code, and the KL divergence. */
export interface ImageCodes {
  readonly codes: Codes;
  readonly reconstruction: Float64Array;
  readonly kl: Float64Array;
}

/** Codes of images, and how well each is told by them. */
export async function codesOf(trained: TrainedVae<ImageVae>, images: Matrix): Promise<ImageCodes> {
  const { likelihood, variance = 1, latent } = trained.vae.settings;
  const codes = await encode(trained, images);
  const outputs =
    likelihood === 'bernoulli' ? await decodeLogits(trained, codes.mean) : await decode(trained, codes.mean);
  const loss = (x: number, y: number) =>
    likelihood === 'bernoulli'
      ? Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y))) - x * y
      : (x - y) ** 2 / (2 * variance);
  const reconstruction = Float64Array.from({ length: images.rows }, (_, i) => {
    const [x, y] = [matrixRow(images, i), matrixRow(outputs, i)];
    let sum = 0;
    for (let p = 0; p < x.length; p++) sum += loss(x[p]!, y[p]!);
    return sum;
  });
  const kl = Float64Array.from({ length: images.rows }, (_, i) => {
    let sum = 0;
    for (let j = i * latent; j < (i + 1) * latent; j++) {
      const [mean, logVariance] = [codes.mean.data[j]!, codes.logVariance.data[j]!];
      sum += 0.5 * (mean ** 2 + Math.exp(logVariance) - 1 - logVariance);
    }
    return sum;
  });
  return { codes, reconstruction, kl };
}
