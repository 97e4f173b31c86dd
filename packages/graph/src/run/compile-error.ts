import { InputError } from '@unbraid/checks';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** ONNX Runtime refused a model, or failed while running it. `operator` is the operator at fault, where it is known. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly code = 'compile';
  readonly operator: string | undefined;

  constructor(message: string, operator: string | undefined, cause: unknown) {
    super(message, { cause });
    this.operator = operator;
  }
}

/** What an error of ONNX Runtime says, in terms of the operators of the graph. Where ONNX Runtime isn't there, that stays as it is. */
export function explain(error: unknown, origins: ReadonlyMap<string, Tensor>, doing: string): Error {
  if (error instanceof InputError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // The longest name that occurs: `mul:12` also contains `mul:1`.
  const name = [...origins.keys()].filter((key) => message.includes(key)).sort((a, b) => b.length - a.length)[0];
  const tensor = name === undefined ? undefined : origins.get(name);
  const at = tensor ? ` at operator ${describe(tensor)}` : '';
  return new CompileError(
    `graph: ONNX Runtime could not ${doing} the graph${at}: ${message}`,
    tensor?.operator.name,
    error,
  );
}

function describe({ operator, inputs, dtype, shape }: Tensor): string {
  const operands = inputs.map((input) => `${input.dtype}${show(input.shape)}`).join(', ');
  return `${operator.name}(${operands}) → ${dtype}${show(shape)}`;
}
