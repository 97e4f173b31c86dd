import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DType, NdArray } from '@unbraid/graph';

/** A tensor of a test; without a shape it is of a type that isn't read. */
export interface Value {
  readonly name: string;
  /** NumPy's name of its type. */
  readonly type: string;
  readonly shape?: readonly number[];
  readonly at?: number;
  readonly bytes?: number;
}

/** Inputs of a model and what it gives for them. */
export interface DataSet {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** A test of the Python package onnx. */
export interface Case {
  readonly name: string;
  readonly kind: string;
  readonly rtol: number;
  readonly atol: number;
  readonly model: string;
  /** Version of ONNX's own operators; null where none is used. */
  readonly opset: number | null;
  /** Of all nodes, those of other domains with the domain in front. */
  readonly operators: readonly string[];
  readonly sets: readonly DataSet[];
}

/** All tests, and the numbers that they hold. */
export interface Suite {
  readonly onnx: string;
  readonly cases: readonly Case[];
  modelOf(each: Case): Uint8Array;
  /** @throws {TypeError} for a value that isn't read */
  valueOf(value: Value): NdArray;
}

const HERE = fileURLToPath(new URL('..', import.meta.url));

const HELP =
  "conformance: the tests come with the Python package onnx: run `pip install onnx==1.23.2` in the repository's .venv (or name a Python that has it by UNBRAID_PYTHON), or name a folder that conformance/write_cases.py wrote by ONNX_TEST_DATA";

/** The tests, from the folder ONNX_TEST_DATA or written anew by Python; or a line that says how to get them. */
export function openSuite(environment: NodeJS.ProcessEnv = process.env): Suite | string {
  const given = environment.ONNX_TEST_DATA;
  if (given !== undefined) return existsSync(join(given, 'cases.json')) ? suiteIn(given) : `${HELP}; ${given} is none`;
  const made = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = environment.UNBRAID_PYTHON ?? join(HERE, '..', '.venv', ...made);
  const asked = spawnSync(python, ['-c', 'import onnx; print(onnx.__version__)'], { encoding: 'utf8' });
  if (asked.status !== 0) return HELP;
  const folder = join(tmpdir(), `unbraid-onnx-${asked.stdout.trim()}`);
  if (existsSync(join(folder, 'cases.json'))) return suiteIn(folder);
  const wrote = spawnSync(python, [join(HERE, 'write_cases.py'), folder], { encoding: 'utf8' });
  return wrote.status === 0 ? suiteIn(folder) : `conformance: write_cases.py failed: ${wrote.stderr.trim()}`;
}

function suiteIn(folder: string): Suite {
  const { onnx, cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Pick<Suite, 'onnx' | 'cases'>;
  const { buffer, byteOffset } = readFileSync(join(folder, 'values.bin'));
  return {
    onnx,
    cases,
    modelOf: ({ model }) => new Uint8Array(readFileSync(join(folder, model))),
    valueOf({ type, shape, at, bytes }) {
      const dtype = dtypeOf(type);
      if (dtype === undefined || shape === undefined) throw new TypeError(`${type} isn't read`);
      const data = Float64Array.from(viewOf(dtype, buffer.slice(byteOffset + at!, byteOffset + at! + bytes!)), Number);
      return { shape, dtype, data };
    },
  };
}

const types: Readonly<Record<string, DType>> = {
  ...{ float32: 'float32', float16: 'float32', bfloat16: 'float32', float64: 'float64' },
  ...{ int32: 'int32', int8: 'int32', uint8: 'int32', int16: 'int32', uint16: 'int32' },
  ...{ int64: 'int64', uint64: 'int64', uint32: 'uint32', bool: 'bool' },
};

/** The type in which @unbraid/onnx reads a type of NumPy's. */
export const dtypeOf = (type: string): DType | undefined => types[type];

function viewOf(dtype: DType, buffer: ArrayBufferLike): ArrayLike<number | bigint> & Iterable<number | bigint> {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'bool':
      return new Uint8Array(buffer);
  }
}
