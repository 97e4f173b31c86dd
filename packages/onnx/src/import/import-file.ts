import { dirname, isAbsolute, join } from 'node:path';
import { type ByteSource, InputError, showValue, toBytes } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { decodeModelProto } from '../proto/decode.ts';
import { type ImportBytesOptions, importOnnx as importSource } from './import-onnx.ts';
import { externalFiles, importProto } from './import-proto.ts';
import { importSettings } from './import-settings.ts';
import type { OnnxModel } from './onnx-model.ts';

/**
 * The model of an `.onnx` file, given by its path or its bytes: parameters by their names in the file, and operators of ours, of which there are
 * derivatives. Tensors in files beside it are read from its folder.
 * @throws {InputError} in one line: `file`, for a file that can't be read, is no ONNX file or damaged; `model`, for operators and types that aren't
 * known, naming the node; `not-finite`, for weights that are NaN or infinite; `setting`, for options that are unknown or don't fit the file
 */
export async function importOnnx(source: string | ByteSource, options: ImportBytesOptions = {}): Promise<OnnxModel> {
  if (typeof source !== 'string') return importSource(source, options);
  const { files = {}, name = source, ...rest } = options;
  const settings = importSettings(rest);
  const bytes = await readBytes(source, 'onnx');
  const beside = new Map<string, Uint8Array>();
  const proto = decodeModelProto(bytes, name);
  for (const file of externalFiles(proto)) {
    const given = Object.hasOwn(files, file) ? files[file] : undefined;
    beside.set(file, given ? toBytes(given, file, 'onnx') : await readBytes(besideOf(source, file), 'onnx'));
  }
  return importProto({ name, bytes, proto }, beside, settings);
}

/** The path of a file in the model's folder, or below it. @throws {InputError} `file`, for one elsewhere, which a file from anywhere could ask for */
function besideOf(model: string, file: string): string {
  const parts = file.split(/[/\\]/);
  if (file === '' || isAbsolute(file) || parts.includes('..') || /^[a-z]:/i.test(file))
    throw new InputError(
      'file',
      `onnx: ${model} has tensors in ${showValue(file)}, which is not in its folder; such a file isn't read`,
    );
  return join(dirname(model), file);
}
