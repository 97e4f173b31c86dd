import { useEffect, useRef } from 'preact/hooks';
import { paintDiverging } from '../colours.ts';
import { useScheme } from './surface.ts';

/** A matrix as an image, a pixel an entry, as wide as it may be. What it shows has to stand in a table, too. */
export function Pixels(props: {
  readonly label: string;
  readonly rows: number;
  readonly cols: number;
  readonly values: ArrayLike<number>;
  /** What is as dark as can be: numbers in [−most, most]. Default 1. */
  readonly most?: number;
  /** How much of the full colour the largest get, up to 1, so that marks on them can be seen. Default 1. */
  readonly strength?: number;
}) {
  const { label, rows, cols, values, most = 1, strength = 1 } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(cols, rows);
    paintDiverging(image.data, values, { scheme, most, strength });
    context.putImageData(image, 0, 0);
  }, [values, rows, cols, most, strength, scheme]);
  return <canvas ref={canvas} class="pixels" width={cols} height={rows} role="img" aria-label={label} />;
}
