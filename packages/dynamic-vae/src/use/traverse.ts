import { checkSettings, finite, given, InputError, integer } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import { decode } from './decode.ts';
import { valuesOf } from './latent-values.ts';
import type { TrainedVae, UseOptions } from './trained-vae.ts';

/** Which latents `traverse` varies, and over what. */
export interface TraverseOptions extends UseOptions {
  /** Latents to vary, each by itself; by default all in order. */
  readonly latents?: readonly number[];
  /** What the latent is set to; by default 9 values from −2 to 2, and of quantized latents each of theirs. */
  readonly values?: readonly number[];
}

const schema = z.object({
  latents: z
    .array(integer({ min: 0 }))
    .min(1)
    .optional(),
  values: z.array(finite()).min(1).optional(),
  batchSize: given().optional(),
  runtime: given().optional(),
});

const VALUES = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

/**
 * Images of a code with one latent after another set to each of some values: what the latent stands for.
 *
 * @param code `[latent]`, such as an image's mean code
 * @returns `[latents · values, cols]`: a latent's images one after another
 * @throws {InputError} for a code of another length, or a latent that there is not
 */
export async function traverse(
  trained: TrainedVae,
  code: ArrayLike<number>,
  options: TraverseOptions = {},
): Promise<Matrix> {
  const { latent } = trained.vae;
  const { latents = Array.from({ length: latent }, (_, j) => j), values, ...rest } = options;
  checkSettings('dynamic-vae: traverse', schema, options);
  if (code.length !== latent) {
    throw new InputError('data', `dynamic-vae: the code has ${code.length} entries, the model has ${latent} latents`);
  }
  const stray = latents.find((j) => j >= latent);
  if (stray !== undefined) {
    throw new InputError(
      'setting',
      `dynamic-vae: there is no latent ${stray}; they are counted from 0 to ${latent - 1}`,
    );
  }
  const own = values === undefined ? valuesOf(trained) : undefined;
  const setsOf = (j: number): ArrayLike<number> => own?.[j] ?? values ?? VALUES;
  const count = setsOf(0).length;
  const codes = createMatrix(latents.length * count, latent);
  latents.forEach((j, row) => {
    Array.from(setsOf(j)).forEach((value, column) => {
      const at = (row * count + column) * latent;
      codes.data.set(code, at);
      codes.data[at + j] = value;
    });
  });
  return decode(trained, codes, rest);
}
