import type { Runtime } from '../backends/backend.ts';
import { hostFormOf } from '../host/host-form.ts';
import type { Tensor } from '../tensor.ts';
import { CompileError } from './compile-error.ts';
import { type Place, viewAt } from './port.ts';
import type { Step } from './segment.ts';

/** The call of a host operator, or `undefined` where its result is a part of another value. */
export function createHostStep(runtime: Runtime, tensor: Tensor, of: ReadonlyMap<Tensor, Place>): Step | undefined {
  const { form } = hostFormOf(tensor)!;
  if ('offset' in form) return undefined;
  const inputs = tensor.inputs.map((x) => of.get(x)!);
  const output = of.get(tensor)!;
  const kernel = form.prepare(runtime, tensor);
  return {
    run() {
      try {
        kernel.run(inputs.map(viewAt), viewAt(output));
        return undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new CompileError(`graph: ${tensor.operator.name} failed: ${message}`, tensor.operator.name, error);
      }
    },
    release: () => kernel.release?.(),
  };
}
