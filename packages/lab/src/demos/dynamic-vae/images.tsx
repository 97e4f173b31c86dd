import { Pixels } from '../frame.tsx';
import { PIXELS, SIZE } from './objectives.ts';

/** Images one beside another, `cols` in a row. @param images [count, PIXELS] in [0, 1] */
export function ImageGrid({
  label,
  images,
  cols,
}: {
  readonly label: string;
  readonly images: Float32Array;
  readonly cols: number;
}) {
  const count = images.length / PIXELS;
  const rows = Math.ceil(count / cols);
  // A pixel between images, so that they are told apart.
  const [height, width] = [rows * (SIZE + 1) - 1, cols * (SIZE + 1) - 1];
  const values = new Float32Array(height * width);
  for (let k = 0; k < count; k++) {
    const [top, left] = [Math.floor(k / cols) * (SIZE + 1), (k % cols) * (SIZE + 1)];
    for (let row = 0; row < SIZE; row++)
      values.set(images.subarray(k * PIXELS + row * SIZE, k * PIXELS + (row + 1) * SIZE), (top + row) * width + left);
  }
  for (let row = 0; row < height; row++)
    for (let col = 0; col < width; col++)
      if (row % (SIZE + 1) === SIZE || col % (SIZE + 1) === SIZE) values[row * width + col] = 0.3;
  return <Pixels label={label} rows={height} cols={width} values={values} />;
}
