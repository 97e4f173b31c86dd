import { InputError, listed, nearestFirst, showValue } from '@unbraid/checks';
import type { NodeProto } from '../proto/model-proto.ts';
import type { Converter, Converters } from './converter.ts';
import { arithmetic } from './operators/arithmetic.ts';
import { casting } from './operators/casting.ts';
import { classicFeatures } from './operators/classic-features.ts';
import { comparisons } from './operators/comparisons.ts';
import { constants } from './operators/constants.ts';
import { controlFlow } from './operators/control-flow.ts';
import { cumulative } from './operators/cumulative.ts';
import { einsum } from './operators/einsum.ts';
import { entrywise } from './operators/entrywise.ts';
import { indexing } from './operators/indexing.ts';
import { microsoft } from './operators/microsoft.ts';
import { movement } from './operators/movement.ts';
import { networks } from './operators/networks.ts';
import { ranking } from './operators/ranking.ts';
import { reductions } from './operators/reductions.ts';
import { selection } from './operators/selection.ts';
import { shapes } from './operators/shapes.ts';
import { QUANTIZED } from './quantized.ts';

/** Converters by domain; ONNX's own is `''`. */
const converters: Readonly<Record<string, Converters>> = {
  '': {
    ...arithmetic,
    ...casting,
    ...comparisons,
    ...constants,
    ...controlFlow,
    ...cumulative,
    ...einsum,
    ...entrywise,
    ...indexing,
    ...movement,
    ...networks,
    ...ranking,
    ...reductions,
    ...selection,
    ...shapes,
  },
  'ai.onnx.ml': classicFeatures,
  'com.microsoft': { ...microsoft },
};

/** Whether a node's operator is known. */
export const isKnown = ({ domain, type }: NodeProto): boolean => find(domain, type) !== undefined;

function find(domain: string, type: string): Converter | undefined {
  const family = Object.hasOwn(converters, domain) ? converters[domain]! : {};
  return Object.hasOwn(family, type) ? family[type] : undefined;
}

/** @throws {InputError} `model`, for an operator that isn't known */
export function converterOf(node: NodeProto, opsets: ReadonlyMap<string, number>): Converter {
  return find(node.domain, node.type) ?? refuse(node, opsets);
}

function refuse({ domain, type, name, outputs }: NodeProto, opsets: ReadonlyMap<string, number>): never {
  const shown = `${domain === '' ? '' : `${domain}.`}${type}`;
  const where = listed([name || (outputs[0] ?? '')]);
  if (QUANTIZED.has(type))
    throw new InputError(
      'model',
      `onnx: ${shown} ${where} is quantized, which has no derivative; import the model from before quantization`,
    );
  if (type.startsWith('TreeEnsemble') || type.startsWith('SVM'))
    throw new InputError(
      'model',
      `onnx: ${shown} ${where} is no network: it has no derivative that training could follow; run such models by ONNX Runtime itself`,
    );
  const near = nearestFirst(type, Object.keys(converters[domain] ?? converters['']!)).slice(0, 3);
  throw new InputError(
    'model',
    `onnx: there is no operator ${showValue(shown)} (node ${where}, operator set ${opsets.get(domain) ?? 'missing'}); the nearest are ${listed(near)}. ` +
      'Export the model without it, or give frozen: true, so that what comes before it is run as it is',
  );
}
