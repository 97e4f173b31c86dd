import { type AnyModel, describeModel } from '@unbraid/nn';

/**
 * What the layers of networks are, by their places (`encoder.1`): a layer of `@unbraid/nn` by its settings, another by its name.
 * @param networks by name
 */
export function networkLayers(networks: Readonly<Record<string, AnyModel>>): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (place: string, model: AnyModel): void => {
    if (model.layers) for (const { key, layer } of model.layers) visit(`${place}.${key}`, layer);
    else found[place] = JSON.stringify(describeModel(model).json) ?? model.name ?? 'a layer without a name';
  };
  for (const [name, model] of Object.entries(networks)) visit(name, model);
  return found;
}
