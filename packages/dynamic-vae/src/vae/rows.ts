import { checkFiniteValues, count, InputError } from '@unbraid/checks';
import type { Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { type Column, checkColumns, columnsSchema, columnWidth, expandColumns } from './columns.ts';

/** Images of any sides: a row is `[channels, height, width]`, row-major. */
export interface ImageSides {
  /** 1 for grey levels, 3 for colours. */
  readonly channels: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
}

/** Rows of so many numbers: a signal, an embedding. */
export interface VectorLength {
  readonly length: number;
}

/** Rows of a table, a number for each column. */
export interface TableColumns {
  readonly columns: readonly Column[];
}

/** What a row of data is. */
export type RowForm = ImageSides | VectorLength | TableColumns;

/** Numbers of a row. */
export function entriesOf(form: RowForm): number {
  if ('columns' in form) return form.columns.length;
  return 'length' in form ? form.length : form.channels * form.height * form.width;
}

/** Where numbers may lie: in [0, 1], or anywhere. */
export type NumberRange = 'unit' | 'finite';

/** Rows of a VAE's data: what they are, and what is refused. */
export interface Rows {
  readonly form: RowForm;
  /** What messages and ONNX files call them. */
  readonly noun: 'images' | 'rows';
  /** Numbers of a row. */
  readonly cols: number;
  /** Numbers that the encoder gets of a row: `cols`, or more where categories are spread out. */
  readonly inputs: number;
  /** The shape of a row, as ONNX files have it. */
  readonly shape: readonly number[];
  /** What the encoder gets: `[rows, cols]` to `[rows, inputs]`. */
  expand(x: Tensor): Tensor;
  /**
   * Refuses values that can't be: of `data`, rows one after another.
   * @param what what the message calls them: `images`, `the images of batch 3`
   * @throws {InputError} `data`, with the place of the first
   */
  check(what: string, data: Float32Array): void;
}

/** Rows of images. */
export function imageRows(form: ImageSides, range: NumberRange): Rows {
  const { channels, height, width } = form;
  return { ...plainRows('images', form, range), shape: [channels, height, width] };
}

/** Rows of so many numbers. */
export const vectorRows = (form: VectorLength, range: NumberRange): Rows => plainRows('rows', form, range);

/** Rows of a table. */
export function tableRows(form: TableColumns): Rows {
  const { columns } = form;
  return {
    form,
    noun: 'rows',
    cols: columns.length,
    inputs: columnWidth(columns),
    shape: [columns.length],
    expand: (x) => expandColumns(columns, x),
    check: (what, data) => checkColumns(columns, what, data),
  };
}

function plainRows(noun: Rows['noun'], form: RowForm, range: NumberRange): Rows {
  const cols = entriesOf(form);
  const one = noun === 'images' ? 'image' : 'row';
  const place = (at: number) => `${one} ${Math.floor(at / cols)}, entry ${at % cols} (counted from 0)`;
  return {
    form,
    noun,
    cols,
    inputs: cols,
    shape: [cols],
    expand: (x) => x,
    check(what, data) {
      if (range === 'finite') return checkFiniteValues(`dynamic-vae: ${what}`, data, 'leave such rows out', place);
      for (let i = 0; i < data.length; i++) {
        const value = data[i]!;
        if (value >= 0 && value <= 1) continue;
        const advice = noun === 'images' ? 'divide bytes by 255' : 'scale them, or choose a Gaussian likelihood';
        throw new InputError('data', `dynamic-vae: ${what} must lie in [0, 1]; ${place(i)} is ${value}; ${advice}`);
      }
    },
  };
}

/** @throws {InputError} unless rows have the entries of the model's */
export function checkRowWidth(what: string, width: number, { cols, form, noun }: Rows): void {
  if (width === cols) return;
  const taken = 'channels' in form ? `images of ${showSides(form)}, which are ${cols}` : `${noun} of ${cols}`;
  throw new InputError('data', `dynamic-vae: ${what} have ${width} entries each, the model takes ${taken}`);
}

/** `3 × 32 × 48` */
export const showSides = ({ channels, height, width }: ImageSides): string => `${channels} × ${height} × ${width}`;

/** Of `vaeFrom`. */
export const formSchema = z.union(
  [
    z.strictObject({ channels: count(), height: count(), width: count() }),
    z.strictObject({ length: count() }),
    z.strictObject({ columns: columnsSchema }),
  ],
  { error: '{ channels, height, width } of images, { length } of vectors, or { columns } of tables' },
);
