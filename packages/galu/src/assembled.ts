import { rareClassNotice, type WarningListener } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { type FittedGalu, fitted, type GaluNetwork } from './fitted.ts';
import type { InputMap } from './inputs.ts';
import { stacked } from './members.ts';
import { reportOf, type Trained } from './reports.ts';
import type { CheckedSettings } from './settings.ts';
import type { Encoded } from './targets.ts';

/** What a trained network is made of beside its members. */
export interface Assembly {
  readonly settings: Pick<CheckedSettings, 'loss' | 'members' | 'tolerance'>;
  readonly map: InputMap;
  readonly encoded: Encoded;
  /** Targets as they are computed with. */
  readonly y: Matrix;
  /** How much rows count. */
  readonly weights?: Float64Array | undefined;
  readonly seconds: number;
  readonly runtime: Runtime;
  readonly onWarning: WarningListener;
  /** What is to be said of X. */
  readonly notices: readonly (string | undefined)[];
  /** Outputs of the network on the training rows. */
  outputs(network: GaluNetwork): Promise<Matrix>;
}

/** The network of members that were trained, with its report; its warnings are told. */
export async function assembled(trained: readonly Trained[], assembly: Assembly): Promise<FittedGalu> {
  const { settings, map, encoded, onWarning, runtime } = assembly;
  const network: GaluNetwork = {
    ...stacked(trained.map(({ member }) => member)),
    task: encoded.task,
    loss: settings.loss,
    ...map,
    ...(settings.members > 1 && { members: settings.members }),
  };
  const report = await reportOf(trained, network, { ...assembly, tolerance: settings.tolerance });
  const notices = [...assembly.notices, rareClass(encoded)].filter((notice) => notice !== undefined);
  const warnings = [...report.warnings, ...notices];
  for (const warning of warnings) onWarning(warning);
  return fitted(network, { ...report, warnings }, runtime);
}

function rareClass(encoded: Encoded): string | undefined {
  if (!('labels' in encoded)) return undefined;
  return rareClassNotice('galu: Y', encoded.labels, {
    count: encoded.task.classes,
    names: encoded.task.names?.map(String),
    advice: 'collect more such rows, or look at each class by itself and not at the accuracy of all',
  });
}
