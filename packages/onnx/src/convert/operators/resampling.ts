/** How one axis is resized. */
export interface Resampling {
  readonly size: number;
  readonly result: number;
  /** result / size, as the file gives it where `result` is rounded. */
  readonly scale: number;
  /** `coordinate_transformation_mode`. */
  readonly coordinates: string;
  /** First and last place of a crop, as parts of the axis; for `tf_crop_and_resize`. */
  readonly crop?: readonly [number, number];
}

export interface InterpolationOptions {
  readonly cubic: boolean;
  /** `a` of the cubic kernel (Keys 1981). */
  readonly cubicA: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
}

/** Where each entry of the result lies on the axis before, or `undefined` for a way that is unknown. */
export function placesOf({ size, result, scale, coordinates, crop = [0, 1] }: Resampling): number[] | undefined {
  const length = scale * size;
  const place = (at: number): number | undefined => {
    switch (coordinates) {
      case 'half_pixel':
        return (at + 0.5) / scale - 0.5;
      case 'pytorch_half_pixel':
        return length > 1 ? (at + 0.5) / scale - 0.5 : 0;
      case 'half_pixel_symmetric':
        return (size / 2) * (1 - result / length) + (at + 0.5) / scale - 0.5;
      case 'align_corners':
        return length === 1 ? 0 : (at * (size - 1)) / (length - 1);
      case 'asymmetric':
        return at / scale;
      case 'tf_half_pixel_for_nn':
        return (at + 0.5) / scale;
      case 'tf_crop_and_resize': {
        const [start, end] = crop;
        const last = size - 1;
        return length > 1 ? start * last + (at * (end - start) * last) / (length - 1) : 0.5 * (start + end) * last;
      }
      default:
        return undefined;
    }
  };
  const places = Array.from({ length: result }, (_, at) => place(at));
  return places.every((at) => at !== undefined) ? (places as number[]) : undefined;
}

const ROUNDINGS: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The nearest entry of each place, by `nearest_mode`; `undefined` for a mode that is unknown. */
export function nearestOf(places: readonly number[], size: number, mode: string): number[] | undefined {
  const round = Object.hasOwn(ROUNDINGS, mode) ? ROUNDINGS[mode]! : undefined;
  return round && places.map((at) => Math.min(Math.max(round(at), 0), size - 1));
}

/** The weights [result, size] of linear or cubic interpolation at the places. */
export function interpolationMatrix(
  places: readonly number[],
  size: number,
  scale: number,
  options: InterpolationOptions,
): Float64Array {
  const matrix = new Float64Array(places.length * size);
  // Where a smaller image is smoothed, the kernel is as much wider.
  const stretch = options.antialias ? Math.min(scale, 1) : 1;
  const reach = (options.cubic ? 2 : 1) / stretch;
  places.forEach((place, row) => {
    const base = Math.floor(place);
    const taps = Array.from({ length: 2 * Math.ceil(reach) }, (_, i) => base - Math.ceil(reach) + 1 + i);
    const inside = (at: number) => at >= 0 && at < size;
    const used = options.excludeOutside ? taps.filter(inside) : taps;
    const weights = used.map((at) => kernelAt(Math.abs(at - place) * stretch, options));
    const sum = options.excludeOutside || options.antialias ? weights.reduce((a, b) => a + b, 0) : 1;
    used.forEach((at, i) => {
      matrix[row * size + Math.min(Math.max(at, 0), size - 1)]! += weights[i]! / sum;
    });
  });
  return matrix;
}

/** The kernel at a distance of at least 0. */
function kernelAt(x: number, { cubic, cubicA: a }: InterpolationOptions): number {
  if (!cubic) return Math.max(0, 1 - x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}
