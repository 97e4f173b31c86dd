import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import { decode, encode, type ImageVae, type TrainedVae, traverse } from '@unbraid/dynamic-vae';
import { gridFigure, pngSource, type RunContext, type Tile } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';

type Report = Pick<RunContext<unknown>, 'figure'>;

/** A trained model under its title. */
export interface Shown {
  readonly title: string;
  readonly trained: TrainedVae<ImageVae>;
  /** Of each latent: the more, the more it tells. */
  readonly klOfLatents: ArrayLike<number>;
}

const VALUES = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
const SHOWN_IMAGES = 10;

/** What each latent of a model stands for: an image's code with one of them varied. */
export async function traversalFigure(
  context: Report,
  { title, trained, klOfLatents }: Shown,
  image: Float32Array,
  runtime: Runtime,
): Promise<void> {
  const { mean } = await encode(trained, createMatrix(1, image.length, image), { runtime });
  const latents = Array.from(klOfLatents, (_, j) => j).sort((a, b) => klOfLatents[b]! - klOfLatents[a]!);
  const images = await traverse(trained, mean.data, { latents, values: VALUES, runtime });
  const tiles = latents.flatMap((j, row) =>
    VALUES.map((value, column) => ({
      panel: title,
      row: `z${j + 1}: ${klOfLatents[j]!.toFixed(2)}`,
      column: String(value).replace('-', '−'),
      source: pngSource(images, row * VALUES.length + column, trained.vae.settings.image.channels),
    })),
  );
  await context.figure(
    'traversals',
    gridFigure(tiles, 48, {
      title: `What the latents of ${title} stand for`,
      caption:
        'A row for each latent, with its mean KL divergence in nats: the image’s code with that latent set to the value above. ' +
        'A latent with a KL divergence near 0 is not used.',
      columns: 'value of the latent',
      rows: null,
    }),
  );
}

/** Images, and what each model makes of them from their mean codes. */
export async function reconstructionFigure(
  context: Report,
  models: readonly Shown[],
  images: Matrix,
  runtime: Runtime,
): Promise<void> {
  const count = Math.min(SHOWN_IMAGES, images.rows);
  const shown = createMatrix(count, images.cols, images.data.slice(0, count * images.cols));
  const { channels } = models[0]!.trained.vae.settings.image;
  const rowOf = (row: string, matrix: Matrix): Tile[] =>
    Array.from({ length: count }, (_, i) => ({
      panel: '',
      row,
      column: String(i + 1),
      source: pngSource(matrix, i, channels),
    }));
  const tiles = rowOf('image', shown);
  for (const { title, trained } of models) {
    const { mean } = await encode(trained, shown, { runtime });
    tiles.push(...rowOf(title, await decode(trained, mean, { runtime })));
  }
  await context.figure(
    'reconstructions',
    gridFigure(tiles, 48, {
      title: 'Images and their reconstructions',
      caption: 'Images that no model was chosen by, and what each model decodes from their mean codes.',
      columns: 'image',
      rows: null,
    }),
  );
}

/** A row of images as its own array. */
export const imageAt = (images: Matrix, row: number): Float32Array => matrixRow(images, row).slice();
