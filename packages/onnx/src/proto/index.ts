export { renamed } from '../change/graph-parts.ts';
export { decodeModelProto } from './decode.ts';
export { encodeModelProto } from './encode.ts';
export { DOUBLE, FLOAT, type GraphBuilder, graphBuilder, INT64, STRING } from './graph-builder.ts';
export type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueProto,
} from './model-proto.ts';
