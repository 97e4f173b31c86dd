import { InputError } from '@unbraid/checks';
import type { DType } from '../dtype.ts';
import { checkShape, type Shape } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface InputAttributes {
  readonly [name: string]: string | Shape;
  readonly path: string;
  readonly dims: Shape;
  readonly dtype: DType;
}

const operator: Operator<InputAttributes> = {
  name: 'input',
  type(_, { path, dims, dtype }) {
    checkShape(`input ${path}`, dims);
    return { shape: dims, dtype };
  },
  evaluate: (_, { attributes }) => {
    throw new InputError('graph', `graph: input ${attributes.path} has no value`);
  },
  emit: (_, { attributes }) => attributes.path,
};

/** A placeholder for a value given at run time; `path` names it in the model. @throws {ShapeError} for what is no shape */
export const input = (path: string, shape: Shape, dtype: DType): Tensor =>
  apply(operator, [], { path, dims: shape, dtype });

export const isInput = (tensor: Tensor): boolean => (tensor.operator as unknown) === operator;
