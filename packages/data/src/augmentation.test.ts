import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { type AugmentationOptions, type Change, createAugmentation, mapOf } from './augmentation.ts';
import { createWarp } from './warp.ts';

const nothing: Change = { angle: 0, zoomY: 1, zoomX: 1, shiftY: 0, shiftX: 0, mirror: false };
const small = { channels: 2, height: 4, width: 5 };
const smallSize = 2 * 4 * 5;

function augmented(options: AugmentationOptions, images: Float32Array, rows: number, seed = 1): Float32Array {
  const result = images.slice();
  createAugmentation(options)(result, rows, createRandom(seed));
  return result;
}

const noise = (entries: number) => createRandom(7).normal(new Float32Array(entries));

test('without settings no bit changes', () => {
  const images = noise(3 * smallSize);
  images[5] = -0;
  expect(augmented(small, images, 3)).toEqual(images);
});

test('a stream gives the same images again, another stream and another place in the batch give others', () => {
  const options = { ...small, rotation: 20, zoom: 0.2, shift: 0.2, flip: true };
  const one = noise(smallSize);
  const batch = new Float32Array(2 * smallSize);
  batch.set(one);
  batch.set(one, smallSize);
  const result = augmented(options, batch, 2);
  expect(result).toEqual(augmented(options, batch, 2));
  expect(result).not.toEqual(augmented(options, batch, 2, 2));
  expect(result.subarray(0, smallSize)).not.toEqual(result.subarray(smallSize));
});

test('an image takes its own numbers, whatever else is in the batch', () => {
  const options = { ...small, rotation: 20, shift: 0.2 };
  const batch = noise(3 * smallSize);
  const whole = augmented(options, batch, 3);
  expect(augmented(options, batch, 2).subarray(0, 2 * smallSize)).toEqual(whole.subarray(0, 2 * smallSize));
  const changed = batch.slice().fill(0, 0, smallSize);
  expect(augmented(options, changed, 3).subarray(smallSize)).toEqual(whole.subarray(smallSize));
});

test('rows after those asked for stay as they are', () => {
  const batch = noise(2 * smallSize);
  expect(augmented({ ...small, shift: 0.5 }, batch, 1).subarray(smallSize)).toEqual(batch.subarray(smallSize));
});

test('flips give exact mirror images of about half of the images', () => {
  const rows = 400;
  const batch = noise(rows * smallSize);
  const result = augmented({ ...small, flip: true }, batch, rows);
  const mirrored = batch.map((_, at) => batch[at - (at % 5) + 4 - (at % 5)]!);
  let flips = 0;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * smallSize, (row + 1) * smallSize];
    const isMirrored = result[from] === mirrored[from];
    expect(result.subarray(from, to)).toEqual((isMirrored ? mirrored : batch).subarray(from, to));
    if (isMirrored) flips++;
  }
  // Within five standard deviations of 200.
  expect(Math.abs(flips - 200)).toBeLessThan(50);
});

/**
 * What was drawn for each image, read off images whose two channels are the row and the column: where linear functions
 * come from is where their values say.
 */
function mapsOf(settings: Partial<AugmentationOptions>, rows: number) {
  const side = 33;
  const shape = { channels: 2, height: side, width: side };
  const image = Float32Array.from({ length: 2 * side * side }, (_, at) =>
    at < side * side ? Math.floor(at / side) : at % side,
  );
  const batch = new Float32Array(rows * image.length);
  for (let row = 0; row < rows; row++) batch.set(image, row * image.length);
  const result = augmented({ ...shape, ...settings }, batch, rows);
  return Array.from({ length: rows }, (_, row) => {
    const pixel = (channel: number, y: number, x: number) =>
      result[row * image.length + (channel * side + 16 + y) * side + 16 + x]!;
    return {
      yy: (pixel(0, 4, 0) - pixel(0, -4, 0)) / 8,
      yx: (pixel(0, 0, 4) - pixel(0, 0, -4)) / 8,
      xx: (pixel(1, 0, 4) - pixel(1, 0, -4)) / 8,
      y: pixel(0, 0, 0) - 16,
      x: pixel(1, 0, 0) - 16,
    };
  });
}

/** Whether values lie within ± limit, and spread over it as uniform numbers do: 500 of them come near both ends. */
function expectUniform(values: readonly number[], limit: number): void {
  expect(Math.max(...values)).toBeLessThanOrEqual(limit + 1e-4);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-limit - 1e-4);
  expect(Math.max(...values)).toBeGreaterThan(0.95 * limit);
  expect(Math.min(...values)).toBeLessThan(-0.95 * limit);
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.15 * limit);
}

describe('what is drawn is uniform within its limits', () => {
  test('rotation', () => {
    const angles = mapsOf({ rotation: 25 }, 500).map(({ yy, yx }) => (Math.atan2(yx, yy) * 180) / Math.PI);
    expectUniform(angles, 25);
  });

  test('zoom, for each axis', () => {
    const maps = mapsOf({ zoom: 0.2 }, 500);
    expectUniform(
      maps.map(({ yy }) => 1 / yy - 1),
      0.2,
    );
    expectUniform(
      maps.map(({ xx }) => 1 / xx - 1),
      0.2,
    );
    expect(maps.some(({ yy, xx }) => Math.abs(yy - xx) > 0.1)).toBe(true);
  });

  test('shift, as a share of each side', () => {
    const maps = mapsOf({ shift: [0.1, 0.2] }, 500);
    expectUniform(
      maps.map(({ y }) => -y),
      3.3,
    );
    expectUniform(
      maps.map(({ x }) => -x),
      6.6,
    );
    const both = mapsOf({ shift: 0.1 }, 500);
    expectUniform(
      both.map(({ x }) => -x),
      3.3,
    );
  });
});

describe('the map of a change', () => {
  /** A 5 × 5 image with a single 1, and where it is brightest after the change. */
  function moved(change: Partial<Change>, [y, x]: readonly [number, number]): readonly [number, number] {
    const shape = { channels: 1, height: 5, width: 5 };
    const image = new Float32Array(25);
    image[5 * y + x] = 1;
    createWarp(shape, 'zero')(image, 0, mapOf({ ...nothing, ...change }, shape));
    const at = image.indexOf(Math.max(...image));
    return [Math.floor(at / 5), at % 5];
  }

  test('turns counterclockwise', () => {
    expect(moved({ angle: Math.PI / 2 }, [1, 4])).toEqual([0, 1]);
  });

  test('shifts down and to the right', () => {
    expect(moved({ shiftY: 2, shiftX: -1 }, [1, 2])).toEqual([3, 1]);
  });

  test('stretches away from the centre, each axis by its own factor', () => {
    expect(moved({ zoomY: 2, zoomX: 1 }, [1, 1])).toEqual([0, 1]);
    expect(moved({ zoomY: 1, zoomX: 2 }, [3, 3])).toEqual([3, 4]);
  });

  test('mirrors first, and shifts last', () => {
    expect(moved({ mirror: true, angle: Math.PI / 2, shiftX: 1 }, [1, 4])).toEqual([4, 2]);
  });
});

describe('bad input', () => {
  test.each([
    [
      { rotation: 181 },
      "data: createAugmentation's rotation is 181; a finite number of at least 0 and at most 180 is needed",
    ],
    [{ rotation: Number.NaN }, "data: createAugmentation's rotation is NaN"],
    [{ zoom: 1 }, "data: createAugmentation's zoom is 1; a finite number of at least 0 and below 1 is needed"],
    [{ shift: -0.1 }, "data: createAugmentation's shift is -0.1; a"],
    [{ shift: [0, 2] as const }, "data: createAugmentation's shift[1] is 2; a"],
    [{ height: 0 }, "data: createAugmentation's height is 0; an integer of at least 1 is needed"],
    [{ rotate: 5 }, 'data: createAugmentation has no setting "rotate"; the nearest are rotation'],
  ])('%o is refused', (settings, message) => {
    expect(() => createAugmentation({ ...small, ...settings })).toThrow(message);
  });

  test('a batch with fewer images than rows is refused', () => {
    expect(() => augmented(small, new Float32Array(smallSize), 2)).toThrow(
      'data: augmentation of 2 images of 2 × 4 × 5 takes 80 entries, there are 40',
    );
  });
});
