import { checkSettings, given, having, InputError, integer, shownShape } from '@unbraid/checks';
import { f32, reshape, type Shape, ShapeError, sizeOf, type Tensor, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, inference, type ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import { assembleVae } from './assemble.ts';
import { type LikelihoodSettings, likelihoodOf } from './likelihoods/likelihood-of.ts';
import { networkLayers } from './network-layers.ts';
import { createQuantizer } from './quantizer.ts';
import {
  entriesOf,
  formSchema,
  imageRows,
  type NumberRange,
  type RowForm,
  type Rows,
  tableRows,
  vectorRows,
} from './rows.ts';
import type { Vae } from './vae.ts';

/** What `vaeFrom` takes. */
export interface VaeFromOptions {
  /**
   * Any model of `@unbraid/nn` or `@unbraid/onnx` whose output has two numbers for each latent: means, then log variances; one number of quantized latents. It gets rows `[rows, inputs]`, or images `[rows,
   * channels, height, width]` where it takes no rows.
   */
  readonly encoder: AnyModel;
  /** Any model that takes codes `[rows, latent]` and gives, in any shape, as many numbers a row as the likelihood needs: one an entry, one for each category. */
  readonly decoder: AnyModel;
  /** What a row of data is: an image's sides, a vector's length, a table's columns. */
  readonly input: RowForm;
  /** p(x|z); by default Bernoulli for images and Gaussian of variance 1 for vectors. The columns of a table have their own. */
  readonly likelihood?: LikelihoodSettings;
  /**
   * Quantizes latents: how many values each has, at least 2 (10 of Hsu et al. 2023). The encoder then gives one number for each latent, and training takes the objective
   * `quantized`.
   */
  readonly values?: number;
}

const isModel = () => having<AnyModel>('a model of @unbraid/nn or @unbraid/onnx', 'params', 'apply');
const schema = z.object({
  encoder: isModel(),
  decoder: isModel(),
  input: formSchema,
  likelihood: given<LikelihoodSettings>().optional(),
  values: integer({ min: 2 }).optional(),
});

/**
 * A variational autoencoder of any two networks, for images of any sides, vectors, and tables of mixed columns. How many latents it has follows from the encoder.
 *
 * @throws {InputError} `setting`, for options that are unknown or don't fit; `model`, for networks that don't fit the data or each other: with what they give and what is needed
 */
export function vaeFrom(options: VaeFromOptions): Vae {
  const settings = checkSettings('dynamic-vae: vaeFrom', schema, options);
  const { encoder, decoder, input, likelihood: asked, values } = settings;
  const { likelihood, range } = likelihoodOf(input, entriesOf(input), asked);
  const rows = rowsOf(input, range);
  const taking = fittedEncoder(encoder, rows);
  const latent = latentOf(taking, rows, values === undefined ? 2 : 1);
  const vae = assembleVae({
    settings: { input, latent, likelihood: likelihood.settings, ...(values !== undefined && { values }) },
    latent,
    rows,
    likelihood,
    quantizer: values === undefined ? undefined : createQuantizer(latent, values),
    encoder: taking,
    decoder: flattened(decoder, latent, likelihood.outputs),
  });
  return { ...vae, networks: networkLayers({ encoder, decoder }) };
}

function rowsOf(form: RowForm, range: NumberRange): Rows {
  if ('columns' in form) return tableRows(form);
  return 'length' in form ? vectorRows(form, range) : imageRows(form, range);
}

/** Rows by which networks are tried. */
const TRIED = 2;

/** The shape of a model's output for `TRIED` rows; the error where it takes none of that shape. */
function outputShape(model: AnyModel, shape: Shape): Shape | ShapeError | InputError {
  try {
    const specs = { params: model.params as ParamSpec, x: f32(...shape) };
    return trace(specs, ({ params, x }) => ({ y: applyModel(model, params, x) })).outputs.y.shape;
  } catch (error) {
    if (error instanceof ShapeError || error instanceof InputError) return error;
    throw error;
  }
}

/** The encoder as one of rows `[rows, inputs]`. */
function fittedEncoder(encoder: AnyModel, { inputs, form, shape }: Rows): AnyModel {
  const plain = outputShape(encoder, [TRIED, inputs]);
  if (!(plain instanceof Error)) return encoder;
  if ('channels' in form && !(outputShape(encoder, [TRIED, ...shape]) instanceof Error)) {
    const apply: AnyModel['apply'] = (params, x: Tensor, mode = inference) =>
      applyModel(encoder, params, reshape(x, [x.shape[0]!, ...shape]), mode);
    return { name: encoder.name ?? 'encoder', params: encoder.params, apply };
  }
  throw new InputError(
    'model',
    `dynamic-vae: vaeFrom's encoder doesn't take rows of ${inputs} numbers${'channels' in form ? `, nor images of ${shape.join(' × ')}` : ''}: ${plain.message}`,
    { cause: plain },
  );
}

/** Of what the encoder gives for a row the half, or all of it where it gives one number for each latent. */
function latentOf(encoder: AnyModel, { inputs }: Rows, perLatent: 1 | 2): number {
  const shape = outputShape(encoder, [TRIED, inputs]) as Shape;
  const [rows, width] = shape;
  if (shape.length === 2 && rows === TRIED && width! % perLatent === 0 && width! > 0) return width! / perLatent;
  throw new InputError(
    'model',
    `dynamic-vae: vaeFrom's encoder gives ${shownShape(shape)} for ${TRIED} rows; ` +
      (perLatent === 2
        ? '[rows, 2 · latent] is needed, a mean and a log variance for each latent'
        : '[rows, latent] is needed, a number for each quantized latent'),
  );
}

/** The decoder as one of codes to rows of `outputs` numbers. */
function flattened(decoder: AnyModel, latent: number, outputs: number): AnyModel {
  const shape = outputShape(decoder, [TRIED, latent]);
  if (shape instanceof Error)
    throw new InputError(
      'model',
      `dynamic-vae: vaeFrom's decoder doesn't take codes of the encoder's ${latent} latents: ${shape.message}`,
      { cause: shape },
    );
  if (shape[0] !== TRIED || sizeOf(shape.slice(1)) !== outputs)
    throw new InputError(
      'model',
      `dynamic-vae: vaeFrom's decoder gives ${shownShape(shape)} for ${TRIED} codes; ${outputs} numbers a row are needed`,
    );
  if (shape.length === 2) return decoder;
  const apply: AnyModel['apply'] = (params, z: Tensor, mode = inference) =>
    reshape(applyModel(decoder, params, z, mode), [z.shape[0]!, outputs]);
  return { name: decoder.name ?? 'decoder', params: decoder.params, apply };
}
