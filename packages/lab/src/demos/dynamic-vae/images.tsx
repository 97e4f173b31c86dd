import { useMemo } from 'preact/hooks';
import { Pixels } from '../frame.tsx';
import { PIXELS, SIZE } from './objectives.ts';

/** From the first row of an image to that of the one below: a pixel lies between images, so that they are told apart. */
const STRIDE = SIZE + 1;
/** How dark that pixel is. */
const BETWEEN = 0.3;

/** Images one beside another, `cols` in a row. @param images [count, PIXELS] in [0, 1] */
export function ImageGrid(props: { readonly label: string; readonly images: Float32Array; readonly cols: number }) {
  const { label, images, cols } = props;
  const grid = useMemo(() => gridOf(images, cols), [images, cols]);
  return <Pixels label={label} {...grid} />;
}

/** One image. @param image [PIXELS] in [0, 1] */
export const Sprite = ({ label, image }: { readonly label: string; readonly image: Float32Array }) => (
  <Pixels label={label} rows={SIZE} cols={SIZE} values={image} />
);

function gridOf(images: Float32Array, across: number) {
  const count = images.length / PIXELS;
  const [rows, cols] = [Math.ceil(count / across) * STRIDE - 1, across * STRIDE - 1];
  const values = new Float32Array(rows * cols).fill(BETWEEN);
  for (let k = 0; k < count; k++) {
    const [top, left] = [Math.floor(k / across) * STRIDE, (k % across) * STRIDE];
    for (let row = 0; row < SIZE; row++)
      values.set(images.subarray(k * PIXELS + row * SIZE, k * PIXELS + (row + 1) * SIZE), (top + row) * cols + left);
  }
  return { rows, cols, values };
}
