import { InputError } from '@unbraid/checks';
import { checkSpriteIndex, spriteFactors } from './factors.ts';
import { type SpriteShape, shapes } from './shapes.ts';

/**
 * Draws images of dSprites' grid of factors, each by its flat index: 1 where a pixel's centre is in the shape, 0 elsewhere.
 * A pixel is tested only where the shape can reach. The originals were made by a renderer of their own, so single pixels on
 * an edge may differ from the official file's. As there, the first and the last orientation (0 and 2π) are the same image.
 *
 * @param indexes flat indexes, 0 to 737,279; `spriteIndex` gives that of five factor values.
 * @param size the side of the images in pixels; the originals have 64.
 * @param batch where to write, [indexes.length, size · size] row-major; what was there is overwritten.
 * @returns `batch`.
 * @throws where an index is out of range, the size is not a whole number of 8 or more, or the batch has another length.
 */
export function drawSprites(
  indexes: ArrayLike<number>,
  size: number,
  batch: Float32Array = new Float32Array(indexes.length * size * size),
): Float32Array {
  if (!(Number.isInteger(size) && size >= 8)) {
    throw new InputError(
      'setting',
      `data: sprites are drawn on a square of 8 × 8 pixels or more, got a side of ${size}`,
    );
  }
  const pixels = size * size;
  if (batch.length !== indexes.length * pixels) {
    throw new InputError(
      'setting',
      `data: ${indexes.length} sprites of ${size} × ${size} pixels need a batch of ${indexes.length * pixels} entries, got ${batch.length}`,
    );
  }
  batch.fill(0);
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    checkSpriteIndex(index);
    drawSprite(placeSprite(index), size, batch.subarray(i * pixels, (i + 1) * pixels));
  }
  return batch;
}

/** A sprite on the unit square: its centre, its scale and the turn of its frame. */
interface Placement {
  readonly shape: SpriteShape;
  readonly scale: number;
  readonly cos: number;
  readonly sin: number;
  readonly x: number;
  readonly y: number;
}

const [, SCALES, ORIENTATIONS, PLACES] = spriteFactors.map(({ size }) => size) as [number, number, number, number];

function placeSprite(index: number): Placement {
  const y = index % PLACES;
  let rest = Math.floor(index / PLACES);
  const x = rest % PLACES;
  rest = Math.floor(rest / PLACES);
  const angle = (2 * Math.PI * (rest % ORIENTATIONS)) / (ORIENTATIONS - 1);
  rest = Math.floor(rest / ORIENTATIONS);
  return {
    shape: shapes[Math.floor(rest / SCALES)]!,
    scale: 0.5 + (0.5 * (rest % SCALES)) / (SCALES - 1),
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    x: 0.25 + (0.5 * x) / (PLACES - 1),
    y: 0.25 + (0.5 * y) / (PLACES - 1),
  };
}

function drawSprite({ shape, scale, cos, sin, x, y }: Placement, size: number, image: Float32Array): void {
  const reach = shape.reach * scale;
  const [left, right] = pixelsWithin(x - reach, x + reach, size);
  const [top, bottom] = pixelsWithin(y - reach, y + reach, size);
  // From pixels to lengths in the sprite's frame.
  const unit = 1 / (size * scale);
  const cosUnit = cos * unit;
  const sinUnit = sin * unit;
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - y * size;
    const u = -sinUnit * dy;
    const v = cosUnit * dy;
    for (let column = left; column <= right; column++) {
      const dx = column + 0.5 - x * size;
      if (shape.contains(u + cosUnit * dx, v + sinUnit * dx)) image[row * size + column] = 1;
    }
  }
}

/** The first and the last pixel whose centre lies between two places on the unit interval. */
function pixelsWithin(from: number, to: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.ceil(from * size - 0.5)), Math.min(size - 1, Math.floor(to * size - 0.5))];
}
