import { InputError, showValue } from '@unbraid/checks';
import { checkPath, readBytes } from '@unbraid/checks/node';
import { type AnyModel, type InputSpec, initialize, inputShapeOf, loadModel } from '@unbraid/nn';
import { importOnnx } from '@unbraid/onnx';
import { hashOf } from '../hash.ts';
import type { Settings } from './settings.ts';

/** A model from a file, and what it reads. */
export interface Source {
  readonly model: AnyModel;
  readonly params: Float32Array;
  /** Hexadecimal, of the file. */
  readonly sha256: string;
  /** What a row of each input is. Of a saved model that names none one input, `x`, of float32. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Name of the output that `apply` gives; undefined for a saved model. */
  readonly output: string | undefined;
}

/** Which model, and what it is told. */
export type SourceSettings = Pick<Settings, 'model' | 'output' | 'shapes' | 'constants' | 'trainable'>;

/** The name of a saved model's input where it has none. */
const PLAIN = 'x';

/**
 * The model of an ONNX file, or of a file that `saveModel` wrote; which of them it is, is read off its first bytes.
 * @param dataShape of a row of data, where those tell it: a saved model may take rows of any shape
 * @throws {InputError} in one line, for a file that can't be read or is neither, and settings that don't fit the model
 */
export async function readSource(settings: SourceSettings, dataShape: readonly number[] | undefined): Promise<Source> {
  checkPath(settings.model);
  const bytes = await readBytes(settings.model, 'inspect');
  const sha256 = hashOf(bytes);
  const isSaved = /\.safetensors$/i.test(settings.model) || isSafetensors(bytes);
  return { ...(isSaved ? await saved(settings, dataShape) : await onnx(settings)), sha256 };
}

/** Such a file begins with the length of its header in 8 bytes, the last of them 0, and the header, which is JSON. */
const isSafetensors = (bytes: Uint8Array): boolean => bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b;

async function onnx({
  model: path,
  output,
  shapes,
  constants,
  trainable,
}: SourceSettings): Promise<Omit<Source, 'sha256'>> {
  const model = await importOnnx(path, {
    shapes,
    constants,
    ...(output !== '' && { output }),
    ...(trainable.length > 0 && { trainable }),
  });
  return { model, params: initialize(model, 0), inputs: model.inputs, output: model.output };
}

async function saved(
  { model: path, output, shapes, constants, trainable }: SourceSettings,
  dataShape: readonly number[] | undefined,
): Promise<Omit<Source, 'sha256'>> {
  const { model, params } = await loadModel(path);
  for (const [flag, isGiven] of [
    ['--output', output !== ''],
    ['--constant', Object.keys(constants).length > 0],
    ['--set trainable', trainable.length > 0],
  ] as const) {
    if (isGiven)
      throw new InputError(
        'setting',
        `inspect: ${flag} is for ONNX files; ${path} is a saved model, which has one output and no such input`,
      );
  }
  const inputs = model.inputs ?? { [PLAIN]: { shape: rowShape(model, shapes, dataShape), dtype: 'float32' as const } };
  for (const name of Object.keys(shapes)) {
    if (!Object.hasOwn(inputs, name))
      throw new InputError(
        'setting',
        `inspect: --shape ${name}: the model reads ${Object.keys(inputs).map(showValue).join(', ')}`,
      );
  }
  return { model, params, inputs, output: undefined };
}

function rowShape(
  model: AnyModel,
  shapes: Settings['shapes'],
  dataShape: readonly number[] | undefined,
): readonly number[] {
  return inputShapeOf('inspect', model, shapes[PLAIN] ?? dataShape, `--shape ${PLAIN}=784`);
}
