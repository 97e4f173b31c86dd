import { z } from 'zod';

const path = () => z.string().default('');

/** Of every inspection: what is inspected. Files are told by path and SHA-256, so that a resumed run takes no others. */
const subject = {
  model: path().describe('Path of the model'),
  modelSha256: path().describe('SHA-256 of that file'),
  weightsSha256: path().describe(
    'SHA-256 of its parameters as they were read, in float32, those of files beside it too',
  ),
  data: path().describe('Path of the data; empty for random inputs'),
  dataSha256: path().describe('SHA-256 of the data'),
  output: path().describe('The output that is measured; empty for the first'),
  index: z.int().min(-1).default(-1).describe('Entry of that output, counted from 0; −1 for the sum of all'),
  shapes: z
    .record(z.string(), z.array(z.int().min(1)))
    .default({})
    .describe('Shape of a row of inputs whose sizes the model leaves open'),
  constants: z.record(z.string(), z.number()).default({}).describe('Values of inputs that are no data'),
  ranges: z
    .record(z.string(), z.array(z.int()).length(2))
    .default({})
    .describe('Inputs that are drawn from whole numbers: the smallest and the largest of them'),
  trainable: z.array(z.string()).default([]).describe('Patterns of parameters that count as weights; empty for all'),
};

/** What an inspection is set to. */
export const settings = z.object({
  ...subject,
  rows: z
    .int()
    .min(1)
    .max(2000)
    .default(32)
    .describe('Rows of data for the tangent kernel; its cost grows with their number'),
  hessianRows: z.int().min(1).default(4).describe('The first of these rows, at each of which the Hessian is measured'),
  distanceRows: z
    .int()
    .min(1)
    .default(8)
    .describe('The first of these rows, at which the distance from linear is measured'),
  directions: z.int().min(0).default(2).describe('Random directions of steps'),
  tolerance: z.number().min(1e-5).max(0.5).default(0.01).describe('Residual of ‖H‖ at which Lanczos ends, relative'),
  maxProducts: z.int().min(4).default(200).describe('Most Hessian-vector products for one row'),
  change: z
    .number()
    .min(1e-6)
    .default(1)
    .describe("ρ, by which training has to move each row's output, in the output's unit"),
  threshold: z
    .number()
    .min(1e-3)
    .max(1)
    .default(0.1)
    .describe('Relative departure up to which a network counts as linear'),
});

/** Settings as they were checked. */
export type Settings = z.output<typeof settings>;

/** What a kernel that goes to a file is set to. */
export const kernelSettings = z.object({
  ...subject,
  file: path().describe('Path of the .npy file that the kernel goes to'),
  rows: z
    .int()
    .min(1)
    .max(2 ** 20)
    .default(2000)
    .describe('Rows of data for the tangent kernel; it has as many rows and columns'),
  dtype: z
    .enum(['float32', 'float64'])
    .default('float32')
    .describe('Type of its entries, in which they are computed, too'),
  block: z
    .int()
    .min(0)
    .max(2048)
    .default(0)
    .describe('Rows and columns of the blocks in which it is computed; 0 for the fastest that fit in memory'),
});

/** Such settings as they were checked. */
export type KernelSettings = z.output<typeof kernelSettings>;

/** Settings of a subject, whatever is inspected. */
export type SubjectSettings = Pick<Settings & KernelSettings, keyof Settings & keyof KernelSettings>;

/** What `--preset` changes. */
export const presets = {
  smoke: { rows: 8, hessianRows: 1, distanceRows: 4, directions: 1, tolerance: 0.05 },
  short: {},
  full: { rows: 128, hessianRows: 32, distanceRows: 32, directions: 4, tolerance: 0.001, maxProducts: 400 },
};

/** The same for a kernel that goes to a file. */
export const kernelPresets = { smoke: { rows: 256 }, short: {}, full: { rows: 20_000 } };
