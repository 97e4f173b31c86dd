import { InputError } from '@unbraid/checks';
import { cifar10 } from './cifar10.ts';
import type { Dataset } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { heterophilous } from './heterophilous.ts';
import { mnist } from './mnist.ts';
import { ogbArxiv } from './ogb-arxiv.ts';
import { planetoid } from './planetoid.ts';
import { shapes3d } from './shapes3d.ts';
import { smallNorb } from './small-norb.ts';

/** Every data set that this package knows, by name. */
export const datasets: Readonly<Record<string, Dataset>> = Object.fromEntries(
  [mnist, fashionMnist, cifar10, heterophilous, ogbArxiv, planetoid, shapes3d, smallNorb].map((dataset) => [
    dataset.name,
    dataset,
  ]),
);

/**
 * The data set of that name.
 *
 * @throws where there is none (lists those there are).
 */
export function findDataset(name: string): Dataset {
  const dataset = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (dataset) return dataset;
  throw new InputError(
    'setting',
    `data: there is no data set "${name}"; there are ${Object.keys(datasets).join(', ')}`,
  );
}
