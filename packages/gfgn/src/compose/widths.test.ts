import { concat } from '@unbraid/graph';
import { activation, batchNorm, dense, dropout, layerNorm, type Model, sequential } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { type AnyNodeLayer, eachNode, nodeDense, nodeJumping, nodeResidual, nodeSequence, withEgo } from '../index.ts';

/** A model that doesn't say that it gives twice the features. */
const doubled: Model<Readonly<Record<string, never>>> = { params: {}, apply: (_, x) => concat([x, x], 1) };

const told = ({ inputs, outputs, keepsWidth }: AnyNodeLayer) => [inputs, outputs, keepsWidth];
const unknown = [undefined, undefined, false];
const any = [undefined, undefined, undefined];

it.each<[string, () => unknown, readonly unknown[]]>([
  ['dense', () => eachNode(dense(4, 8)), [4, 8, undefined]],
  ['a norm', () => eachNode(layerNorm({ features: 4 })), [4, undefined, undefined]],
  [
    'a sequence',
    () => eachNode(sequential([activation('relu'), dense(4, 8), batchNorm({ features: 8 })])),
    [4, 8, undefined],
  ],
  ['activations', () => eachNode(sequential([activation('relu'), activation((x) => x), dropout(0.5)])), any],
  ['a model of one’s own', () => eachNode(doubled), unknown],
  [
    'a wider map between',
    () => nodeSequence([nodeDense(4, 8), eachNode(dense(8, 16)), nodeDense(16, 2)]),
    [4, 2, undefined],
  ],
  ['a first map', () => nodeSequence([eachNode(dense(4, 8)), nodeDense(8, 2)]), [4, 2, undefined]],
  ['an unknown first', () => nodeSequence([eachNode(doubled), nodeDense(8, 2)]), [undefined, 2, undefined]],
  ['an unknown between', () => nodeSequence([nodeDense(4, 8), eachNode(doubled), nodeDense(16, 2)]), [4, 2, undefined]],
  ['an unknown last', () => nodeSequence([nodeDense(4, 8), eachNode(doubled)]), [4, undefined, false]],
  ['ego of any width', () => withEgo(eachNode(activation('relu'))), unknown],
  ['ego', () => withEgo(nodeDense(4, 8)), [4, 12, undefined]],
  [
    'ego in a sequence',
    () => nodeSequence([nodeDense(4, 8), withEgo(eachNode(activation('relu'))), nodeDense(16, 2)]),
    [4, 2, undefined],
  ],
  [
    'side by side with an unknown',
    () => nodeJumping([nodeDense(4, 8), eachNode(doubled)] as never, 'concat'),
    [4, undefined, false],
  ],
  ['side by side', () => nodeJumping([nodeDense(4, 8), eachNode(dense(8, 16))] as never, 'concat'), [4, 24, undefined]],
  [
    'the largest of as many',
    () => nodeJumping([eachNode(activation('relu')), nodeDense(4, 4)] as never, 'max'),
    [4, 4, undefined],
  ],
  ['a shortcut', () => nodeResidual(eachNode(doubled), nodeDense(4, 8)), [4, 8, undefined]],
])('widths are those of what is applied: %s', (_, make, expected) => {
  expect(told(make() as AnyNodeLayer)).toEqual(expected);
});

it('refuses widths that are known and differ', () => {
  expect(() => nodeSequence([eachNode(dense(4, 8)), nodeDense(4, 2)])).toThrow(
    '0 gives 8 features for a node, 1 takes 4',
  );
});
