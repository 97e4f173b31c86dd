import { add, cast, constant, type DType, mod, sub, type Tensor } from '@unbraid/graph';
import { elementType } from '../../proto/element-type.ts';
import type { Converters, NodeContext } from '../converter.ts';

/** Whole numbers of fewer bits than the type that holds them: the lowest, and how many there are. */
const SMALL: Readonly<Record<string, readonly [lowest: number, count: number]>> = {
  int8: [-128, 256],
  uint8: [0, 256],
  int16: [-32768, 65536],
  uint16: [0, 65536],
};

/** Whole numbers as a type of so many from a lowest on holds them: those beyond go round, as in C. */
export function wrapped(x: Tensor, lowest: number, count: number): Tensor {
  const number = (value: number) => constant(value, [], 'int64');
  const whole = cast(x, 'int64');
  return lowest === 0 ? mod(whole, number(count)) : add(mod(sub(whole, number(lowest)), number(count)), number(lowest));
}

function castTo(x: Tensor, name: string, dtype: DType): Tensor {
  const small = SMALL[name];
  return cast(small && x.dtype !== 'bool' ? wrapped(x, ...small) : x, dtype);
}

function convertCast(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const { name, dtype } = elementType(node.attributes.integer('to', 0));
  if (dtype === undefined) return node.fail(`it makes values of ${name}, which aren't read; export the model without`);
  return [castTo(x, name, dtype)];
}

const convertCastLike = (node: NodeContext): readonly Tensor[] => [cast(node.input(0), node.input(1).dtype)];

/** Changes of the element type. float16 and bfloat16 are float32 here, and nothing is rounded to them. */
export const casting: Converters = { Cast: convertCast, CastLike: convertCastLike };
