import { resolve } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import { exportPipeline } from '@unbraid/table';
import { exitCodes, type Io } from '../../../io.ts';
import { shortPath } from '../../../short-path.ts';
import type { ExportFlags } from '../../method.ts';
import type { ModelDirectory } from '../../model-directory.ts';
import { formOf } from '../model/open.ts';
import { MODEL_FILE } from '../model/save.ts';
import { openTableModel } from './model.ts';

/** `unbraid export DIR --onnx FILE` of a table: raw columns in, predictions out. Returns the exit code. */
export async function exportTable(io: Io, directory: ModelDirectory, flags: ExportFlags): Promise<number> {
  if (flags.onnx === undefined || flags.onnx === '') throw new UsageError('export: --onnx is missing; name the file');
  const path = resolve(flags.onnx);
  const model = await openTableModel(directory);
  try {
    const { manifest, preprocessor } = model;
    const { method, target } = manifest;
    const bytes = exportPipeline({
      preprocessor,
      model: await (await formOf(method)).toOnnx(await directory.read(MODEL_FILE), target.task),
      ...(target.task === 'classification'
        ? { classes: target.classes, outputs: 'logits' as const }
        : { outputs: 'quantities' as const }),
    });
    await writeFileAtomic(path, bytes);
    const inputs = Object.keys(preprocessor.kinds);
    if (flags.json) await io.stdout.write(`${JSON.stringify({ onnx: path, bytes: bytes.length, inputs })}\n`);
    else
      await io.stderr.write(
        `${shortPath(path)}: ${bytes.length.toLocaleString('en-US')} bytes, an input for each of ${inputs.length} columns\n`,
      );
    return exitCodes.done;
  } finally {
    await model.release();
  }
}
