// The shapes in a frame of their own: u to the right, v down, the origin where the position factors put the sprite, lengths
// as parts of the image's side at scale 1. Sizes and the heart's curve were fitted to the 64 × 64 animation on the page of
// dSprites: of its 266 frames with one of these shapes at a known place, 64 pixels in all differ.

/** A shape around its origin. */
export interface SpriteShape {
  /** The largest distance of a point of the shape from the origin. */
  readonly reach: number;
  /** Whether the point (u, v) belongs to the shape, its edge included. */
  contains(u: number, v: number): boolean;
}

const HALF_SIDE = 0.15;

const square: SpriteShape = {
  reach: HALF_SIDE * Math.SQRT2,
  contains: (u, v) => Math.abs(u) <= HALF_SIDE && Math.abs(v) <= HALF_SIDE,
};

const LONG_AXIS = 0.1994;
const SHORT_AXIS = 0.1128;

const ellipse: SpriteShape = {
  reach: LONG_AXIS,
  contains(u, v) {
    const x = u / LONG_AXIS;
    const y = v / SHORT_AXIS;
    return x * x + y * y <= 1;
  },
};

/**
 * The heart curve x = 16 sin³ t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t (y up), stretched and moved. Over each x it has an
 * upper and a lower branch, those of cos t ≥ 0 and ≤ 0.
 */
const HEART = { halfWidth: 0.15, stretch: 0.6625 / 64, rise: 1.44 / 64 };

/** Steps of the tables of the branches: at most 0.003 of a pixel of a 64-pixel image between two of them. */
const STEPS = 4096;

const STEPS_PER_UNIT = STEPS / HEART.halfWidth;

const upper = new Float64Array(STEPS + 1);
const lower = new Float64Array(STEPS + 1);
for (let i = 0; i <= STEPS; i++) {
  const cosine = Math.sqrt(1 - Math.cbrt(i / STEPS) ** 2);
  upper[i] = heartEdge(cosine);
  lower[i] = heartEdge(-cosine);
}

/** v at the point of the heart curve with this cosine of its parameter. */
function heartEdge(c: number): number {
  const cos2 = 2 * c * c - 1;
  const cos3 = 4 * c ** 3 - 3 * c;
  const cos4 = 2 * cos2 * cos2 - 1;
  return -HEART.rise - HEART.stretch * (13 * c - 5 * cos2 - 2 * cos3 - cos4);
}

const heart: SpriteShape = {
  reach: upper.reduce((reach, v, i) => {
    const u = (HEART.halfWidth * i) / STEPS;
    return Math.max(reach, Math.hypot(u, v), Math.hypot(u, lower[i]!));
  }, 0),
  contains(u, v) {
    const step = Math.floor(Math.abs(u) * STEPS_PER_UNIT + 0.5);
    return step <= STEPS && v >= upper[step]! && v <= lower[step]!;
  },
};

/** By the value of the shape factor. */
export const shapes: readonly SpriteShape[] = [square, ellipse, heart];
