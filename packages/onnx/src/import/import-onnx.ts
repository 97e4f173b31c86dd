import { type ByteSource, InputError, listed, toBytes } from '@unbraid/checks';
import { decodeModelProto } from '../proto/decode.ts';
import { externalFiles, importProto } from './import-proto.ts';
import { type ImportOptions, importSettings } from './import-settings.ts';
import type { OnnxModel } from './onnx-model.ts';

/** What `importOnnx` takes, where there are no paths. */
export interface ImportBytesOptions extends ImportOptions {
  /** Bytes of the files beside the model that hold its tensors, by name. */
  readonly files?: Readonly<Record<string, ByteSource>>;
  /** How messages call the model. Default `the model`. */
  readonly name?: string;
}

/**
 * The model that the bytes of an `.onnx` file hold: parameters by their names in the file, and operators of ours, of which there are derivatives.
 * @throws {InputError} in one line: `file`, for bytes that are no ONNX file or damaged; `model`, for operators and types that aren't known, naming the
 * node; `not-finite`, for weights that are NaN or infinite; `setting`, for options that are unknown or don't fit the file
 */
export async function importOnnx(source: ByteSource, options: ImportBytesOptions = {}): Promise<OnnxModel> {
  const { files = {}, name = 'the model', ...rest } = options;
  const settings = importSettings(rest);
  const bytes = toBytes(source, name, 'onnx');
  const beside = new Map(Object.entries(files).map(([key, each]) => [key, toBytes(each, key, 'onnx')]));
  const proto = decodeModelProto(bytes, name);
  const missing = externalFiles(proto).filter((file) => !beside.has(file));
  if (missing.length > 0)
    throw new InputError(
      'file',
      `onnx: ${name} has tensors in files beside it: ${listed(missing)}; give their bytes as files`,
    );
  return importProto({ name, bytes, proto }, beside, settings);
}
