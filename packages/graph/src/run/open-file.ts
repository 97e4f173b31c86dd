import type { Runtime } from '../backends/backend.ts';
import type { TensorSpec } from '../tensor.ts';
import { allocate, type Buffer, bufferOver } from './buffer.ts';
import { explain } from './compile-error.ts';
import { layoutOf } from './layout.ts';
import type { Place } from './port.ts';
import { openScope } from './scope.ts';

/** Tensors of a file by name. */
type FileSpecs = Readonly<Record<string, TensorSpec>>;

/** An ONNX file that ONNX Runtime has read: write its inputs, run, read its outputs. */
export interface OpenFile {
  readonly inputs: Readonly<Record<string, Buffer>>;
  readonly outputs: Readonly<Record<string, Buffer>>;
  /** @throws {CompileError} when an operator fails, or an output has another shape than was said */
  run(): Promise<void>;
  /** Frees the session and the memory of inputs and outputs. */
  release(): Promise<void>;
}

/**
 * Opens the bytes of an `.onnx` file as it is, whatever operators it has that ONNX Runtime knows: nothing of it is differentiated or changed.
 * @param specs inputs and outputs that are read and written, with the shapes that they have in each run
 * @throws {CompileError} where ONNX Runtime refuses the file
 */
export async function openFile(
  bytes: Uint8Array,
  specs: { readonly inputs: FileSpecs; readonly outputs: FileSpecs },
  runtime: Runtime,
): Promise<OpenFile> {
  const scope = openScope();
  const opened = (given: FileSpecs) => {
    const places = new Map<string, Place>();
    const buffers: Record<string, Buffer> = {};
    for (const [name, spec] of Object.entries(given)) {
      const layout = layoutOf(spec, name);
      const { source, free } = allocate(runtime.arena, layout);
      scope.own({ release: free });
      const { shape, dtype } = spec;
      places.set(name, { port: { name, layout, source }, dtype, offset: 0, size: layout.size, shape });
      buffers[name] = bufferOver(name, layout, source);
    }
    return { places, buffers };
  };
  const explained = (doing: string) => (error: unknown) => {
    throw explain(error, new Map(), doing);
  };
  try {
    const inputs = opened(specs.inputs);
    const outputs = opened(specs.outputs);
    const session = scope.own(await runtime.backend.createSession(bytes).catch(explained('compile')));
    const bound = session.bind(inputs.places, outputs.places);
    return {
      inputs: inputs.buffers,
      outputs: outputs.buffers,
      run: async () => {
        try {
          await bound.run();
        } catch (error) {
          explained('run')(error);
        }
      },
      release: () => scope.release(),
    };
  } catch (error) {
    await scope.release();
    throw error;
  }
}
