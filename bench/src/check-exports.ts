import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@unbraid/data';
import { type Exported, exportAll } from './exports/exported.ts';
import { expectedOutputs, safeTensors } from './exports/values.ts';
import { BENCH, python } from './paths.ts';

/**
 * Exports graphs and has other tools load them: Python's onnx.checker and onnxruntime, by python/check_onnx.py, whose
 * results have to agree with what TypeScript computes in double precision. Exit 0 where all pass, 1 elsewhere.
 */

const TOLERANCE = ['--rtol', '1e-4', '--atol', '1e-5'];

const folder = await mkdtemp(join(tmpdir(), 'unbraid-exports-'));
try {
  for (const exported of exportAll()) {
    const failure = await check(exported);
    if (failure === undefined) console.log(`ok      ${exported.name}`);
    else console.error(`failed  ${exported.name}: ${failure}`);
    if (failure !== undefined) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What is wrong with an exported file; undefined where nothing is. */
async function check({ name, graph, model, inputs, isStored }: Exported): Promise<string | undefined> {
  const [modelFile, inputFile, outputFile] = ['onnx', 'in', 'out'].map((ending) => join(folder, `${name}.${ending}`));
  await writeFile(modelFile!, model);
  const given = new Map([...inputs].filter(([input]) => !isStored(input)));
  await writeSafetensors(inputFile!, safeTensors(given));
  await writeSafetensors(outputFile!, safeTensors(expectedOutputs(graph, inputs)));
  const script = join(BENCH, '..', 'python', 'check_onnx.py');
  const args = [script, modelFile!, '--inputs', inputFile!, '--outputs', outputFile!, ...TOLERANCE];
  const { status, error, stderr } = spawnSync(python(), args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
