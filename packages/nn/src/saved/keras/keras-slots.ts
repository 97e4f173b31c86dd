import { InputError } from '@unbraid/checks';
import type { Shape } from '@unbraid/graph';
import type { AnyModel } from '../../model.ts';
import { summarize } from '../../summary/summarize.ts';
import { descriptionOf } from '../description.ts';

/** Kinds of layers whose parameters can be read from Keras. */
export type KerasKind = 'dense' | 'conv1d' | 'conv2d' | 'batchNorm' | 'layerNorm';

const KINDS: readonly string[] = ['dense', 'conv1d', 'conv2d', 'batchNorm', 'layerNorm'] satisfies KerasKind[];

/** A layer of ours with parameters, to which a Keras layer's arrays go. */
export interface KerasSlot {
  readonly kind: KerasKind;
  /** Of its parameters; empty for a model that is one layer. */
  readonly path: string;
  /** Where its input was flattened: the shape from which, channels first. Keras flattens the same with channels last. */
  readonly flattened: Shape | undefined;
}

/** What goes from layer to layer. */
interface Row {
  readonly shape: Shape;
  readonly flattened?: Shape | undefined;
}

/**
 * The layers of a model that have parameters, in the order in which they are applied, a branch before its shortcut.
 * @throws {InputError} `model`, for a layer whose parameters Keras's arrays can't be brought to
 * @throws {ShapeError} from a layer that can't take what comes before it
 */
export function kerasSlots(model: AnyModel, inputShape: Shape): readonly KerasSlot[] {
  const slots: KerasSlot[] = [];
  const visit = (layer: AnyModel, path: string, row: Row): Row => {
    const { layer: kind = '', settings = {} } = descriptionOf(layer) ?? {};
    const below = (key: string) => (path === '' ? key : `${path}.${key}`);
    if (layer.layers) return layer.layers.reduce((at, { key, layer: next }) => visit(next, below(key), at), row);
    if (kind === 'residual') {
      const { branch, shortcut } = settings as { readonly branch: AnyModel; readonly shortcut?: AnyModel };
      const out = visit(branch, below('branch'), row);
      if (shortcut) visit(shortcut, below('shortcut'), row);
      return out;
    }
    if (KINDS.includes(kind)) slots.push({ kind: kind as KerasKind, path, flattened: row.flattened });
    else if (Object.keys(layer.params).length > 0) throw unread(layer, path);
    const shape = summarize(layer, row.shape).layers.at(-1)!.output;
    if (kind === 'flatten' && row.shape.length > 1) return { shape, flattened: row.shape };
    return kind === 'dense' || shape.length > 1 ? { shape } : { shape, flattened: row.flattened };
  };
  visit(model, '', { shape: inputShape });
  return slots;
}

const unread = ({ name = 'a layer' }: AnyModel, path: string): InputError =>
  new InputError(
    'model',
    `nn: ${name}${path === '' ? '' : ` at ${path}`} has parameters that aren't read from Keras's files; those of ${KINDS.join(', ')} are`,
  );
