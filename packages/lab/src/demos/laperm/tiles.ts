import { HIDDEN, PIXELS, SIDE } from './tasks.ts';

const ACROSS = 8;
const DOWN = HIDDEN / ACROSS;
const STRIDE = SIDE + 1;

/** Size of the image that `tilesOf` makes. */
export const TILES = { rows: DOWN * STRIDE - 1, cols: ACROSS * STRIDE - 1 } as const;

/** Weights pixels × neurons as an image: a tile of 8 × 8 for each neuron, lines of zeros between them. */
export function tilesOf(weights: Float32Array): Float32Array {
  const image = new Float32Array(TILES.rows * TILES.cols);
  for (let neuron = 0; neuron < HIDDEN; neuron++)
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const row = Math.floor(neuron / ACROSS) * STRIDE + Math.floor(pixel / SIDE);
      const column = (neuron % ACROSS) * STRIDE + (pixel % SIDE);
      image[row * TILES.cols + column] = weights[pixel * HIDDEN + neuron]!;
    }
  return image;
}

/** Weights of one neuron, ascending: its profile. */
export const profileOf = (weights: Float32Array, neuron: number): Float32Array =>
  Float32Array.from({ length: PIXELS }, (_, pixel) => weights[pixel * HIDDEN + neuron]!).sort();
