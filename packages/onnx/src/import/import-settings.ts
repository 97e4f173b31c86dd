import { checkSettings, flag, given } from '@unbraid/checks';
import type { ParameterPattern } from '@unbraid/nn';
import * as z from 'zod';

/** What `importOnnx` takes. */
export interface ImportOptions {
  /**
   * Which parameters are trained, by patterns of their names as `fit` takes them; the others keep their values. By default all that a node reads as
   * weight, bias, scale or table. A pattern can name any other tensor of floats, too.
   */
  readonly trainable?: ParameterPattern | readonly ParameterPattern[];
  /** Shape of a row of each input whose sizes the file leaves open, without the batch axis: `{ input_ids: [64] }`. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Values of inputs that aren't data, such as a sampling rate: numbers, which are repeated over the input's shape. */
  readonly constants?: Readonly<Record<string, number | readonly number[]>>;
  /** The output that `apply` gives. Default: the first. */
  readonly output?: string;
  /**
   * Whether a file may have operators that there aren't, quantized ones too: what they need and they themselves are then run as they are, by `runFrozen`, and the
   * model is what comes behind them. Default false.
   */
  readonly frozen?: boolean;
}

const schema = z.object({
  trainable: given<ParameterPattern | readonly ParameterPattern[]>().optional(),
  shapes: z.record(z.string(), z.array(z.int().min(1)), { error: 'an object of lists of sizes' }).optional(),
  constants: z
    .record(z.string(), z.union([z.number(), z.array(z.number()).readonly()]), { error: 'an object of numbers' })
    .optional(),
  output: z.string({ error: 'a name' }).optional(),
  frozen: flag().default(false),
});

/** Options as they were checked. */
export type ImportSettings = z.output<typeof schema>;

/** Checks options before anything is read. @throws {InputError} `setting` */
export const importSettings = (options: ImportOptions): ImportSettings =>
  checkSettings('onnx: importOnnx', schema, options);
