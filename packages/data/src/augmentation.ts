import { checkSettings, count, finite, flag, InputError, oneOf } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';
import { type AffineMap, type Border, createWarp, type ImageShape } from './warp.ts';

/** How far images are changed at random; what is not given is not changed. */
export interface AugmentationOptions extends ImageShape {
  /** Turns by up to so many degrees either way, about the centre. At most 180. */
  readonly rotation?: number | undefined;
  /** Stretches each axis by a factor of its own between 1 − zoom and 1 + zoom, about the centre. Less than 1. */
  readonly zoom?: number | undefined;
  /** Shifts by up to this share of the height and of the width, [height's, width's] or one for both. At most 1. */
  readonly shift?: number | readonly [number, number] | undefined;
  /** Mirrors left and right with probability ½. */
  readonly flip?: boolean | undefined;
  /** What comes in from outside. Default `nearest`. */
  readonly border?: Border | undefined;
}

/**
 * Changes the first `rows` images of `images` in place, each at random in its own way. `images` holds one image after the
 * other in channels × height × width order. Each image takes six numbers of `random`, whatever the settings.
 *
 * @throws where `images` has fewer images than that.
 */
export type Augmentation = (images: Float32Array, rows: number, random: Random) => void;

const share = finite({ min: 0, max: 1 });

const settings = z.object({
  channels: count(),
  height: count(),
  width: count(),
  rotation: finite({ min: 0, max: 180 }).optional(),
  zoom: finite({ min: 0, below: 1 }).optional(),
  shift: z.union([share, z.tuple([share, share])], { error: 'a share from 0 to 1, or one for each axis,' }).optional(),
  flip: flag().optional(),
  border: oneOf('nearest', 'zero').optional(),
});

/** What is done to one image: a turn in radians counterclockwise, a factor and a shift in pixels for each axis, mirroring. */
export interface Change {
  readonly angle: number;
  readonly zoomY: number;
  readonly zoomX: number;
  readonly shiftY: number;
  readonly shiftX: number;
  readonly mirror: boolean;
}

/**
 * Random rotations, zooms, shifts and mirror images, as one affine map and one bilinear interpolation. The same stream
 * gives the same images. An image that the draw leaves where it is keeps its bits.
 *
 * @throws where a setting is out of its range.
 */
export function createAugmentation(options: AugmentationOptions): Augmentation {
  checkSettings('data: createAugmentation', settings, options);
  const { channels, height, width, border = 'nearest' } = options;
  const limits = limitsOf(options);
  const warp = createWarp(options, border);
  const size = channels * height * width;
  return (images, rows, random) => {
    if (images.length < rows * size) {
      throw new InputError(
        'data',
        `data: augmentation of ${rows} images of ${channels} × ${height} × ${width} takes ${rows * size} entries, there are ${images.length}`,
      );
    }
    for (let row = 0; row < rows; row++) {
      const change = draw(limits, options, random);
      if (!isNothing(change)) warp(images, row * size, mapOf(change, options));
    }
  };
}

/** The largest changes: radians, shares, and the chance of a mirror image. */
interface Limits {
  readonly angle: number;
  readonly zoom: number;
  readonly shiftY: number;
  readonly shiftX: number;
  readonly mirror: number;
}

function limitsOf({ rotation = 0, zoom = 0, shift = 0, flip = false }: AugmentationOptions): Limits {
  const [shiftY, shiftX] = typeof shift === 'number' ? [shift, shift] : shift;
  return { angle: (rotation * Math.PI) / 180, zoom, shiftY, shiftX, mirror: flip ? 0.5 : 0 };
}

function draw({ angle, zoom, shiftY, shiftX, mirror }: Limits, { height, width }: ImageShape, random: Random): Change {
  const upTo = (limit: number) => (2 * random.next() - 1) * limit;
  return {
    angle: upTo(angle),
    zoomY: 1 + upTo(zoom),
    zoomX: 1 + upTo(zoom),
    shiftY: upTo(shiftY) * height,
    shiftX: upTo(shiftX) * width,
    mirror: random.next() < mirror,
  };
}

function isNothing({ angle, zoomY, zoomX, shiftY, shiftX, mirror }: Change): boolean {
  return angle === 0 && zoomY === 1 && zoomX === 1 && shiftY === 0 && shiftX === 0 && !mirror;
}

/** Where the pixels of an image that is mirrored, stretched, turned and then shifted come from: the inverse of that. */
export function mapOf(change: Change, { height, width }: ImageShape): AffineMap {
  const [cos, sin] = [Math.cos(change.angle), Math.sin(change.angle)];
  const [ofY, ofX] = [1 / change.zoomY, (change.mirror ? -1 : 1) / change.zoomX];
  const [yy, yx, xy, xx] = [cos * ofY, sin * ofY, -sin * ofX, cos * ofX];
  const [centreY, centreX] = [(height - 1) / 2, (width - 1) / 2];
  const [fromY, fromX] = [centreY + change.shiftY, centreX + change.shiftX];
  return {
    yy,
    yx,
    y0: centreY - (yy * fromY + yx * fromX),
    xy,
    xx,
    x0: centreX - (xy * fromY + xx * fromX),
  };
}
