import { type AnyModel, describeModel } from '@unbraid/nn';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { descriptionOf } from './described.ts';
import { isLayer } from './widths.ts';

/** A network as JSON, or which of its layers can't be written down. */
export interface NetworkJson {
  readonly json?: unknown;
  /** Layers that are not ours, by their place: `1.branch (smoothing)`. */
  readonly own: readonly string[];
}

/** What a network is made of, where all of it is ours. */
export function describeNetwork(network: AnyNodeLayer): NetworkJson {
  const own: string[] = [];
  const visit = (layer: AnyNodeLayer, path: string): unknown => {
    const description = descriptionOf(layer);
    if (!description) own.push(`${path || 'the network'}${layer.name === undefined ? '' : ` (${layer.name})`}`);
    if (!description) return null;
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const { layer: name, settings } = description;
    if (name === 'eachNode') return { layer: name, settings: { model: visitModel(settings.model as AnyModel, path) } };
    if (name === 'nodeSequence') {
      const layers = settings.layers as Readonly<Record<string, AnyNodeLayer>>;
      const inner = Object.entries(layers).map(([key, each]) => [key, visit(each, at(key))]);
      return { layer: name, settings: { list: Array.isArray(layers), layers: inner } };
    }
    const visitSetting = (key: string, value: unknown): unknown => {
      if (isLayer(value)) return visit(value, at(key));
      const list = Array.isArray(value) && value.some(isLayer) ? (value as AnyNodeLayer[]) : undefined;
      return list ? list.map((each, i) => visit(each, at(`${i}`))) : value;
    };
    const entries = Object.entries(settings).map(([key, value]) => [key, visitSetting(key, value)]);
    return { layer: name, settings: Object.fromEntries(entries) };
  };
  const visitModel = (model: AnyModel, path: string): unknown => {
    const { json, own: others } = describeModel(model);
    own.push(...others.map((each) => (path === '' ? each : `${path}: ${each}`)));
    return json ?? null;
  };
  const json = visit(network, '');
  return own.length > 0 ? { own } : { json, own };
}
