import { InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import type { Matrix, Scaling } from '@unbraid/data';
import { bringOffsets } from './gates/choose.ts';
import { fitScaling, type InputMap, mapInputs, type ScalingKind } from './inputs.ts';
import type { CheckedSettings } from './settings.ts';
import { type Encoded, encodeTargets, type Loss, lossOf, type Targets, taskOf } from './targets.ts';

/** What there is to train on, before anything is drawn. */
export interface TrainingData {
  /** X as it was given */
  readonly x: Matrix;
  readonly encoded: Encoded;
  /** Of two classes the softmax loss is the logistic one. */
  readonly loss: Loss;
  readonly map: InputMap;
  /** Rows as gates and linear parts see them. */
  readonly z: Matrix;
  /** Targets as they are computed with, m × c. */
  readonly y: Matrix;
}

/** @throws {InputError} in one line, for X or Y that can't be used or don't match, and settings that don't go together */
export function trainingData(
  settings: Pick<CheckedSettings, 'loss' | 'classes' | 'scale' | 'offset' | 'gates'>,
  given: MatrixLike,
  targets: Targets,
): TrainingData {
  const x = toMatrix('galu: X', given);
  const encoded = taskOf(targets, { rows: x.rows, loss: settings.loss, classes: settings.classes });
  const { scale } = settings;
  const map = inputMapOf(settings, scale === false ? undefined : fitScaling(x, scalingKind(scale)));
  const y = encodeTargets(encoded, settings.loss);
  return { x, encoded, loss: lossOf(encoded, settings.loss), map, z: mapInputs(map, x), y };
}

/** The kind of scaling that is asked for. */
export const scalingKind = (scale: true | ScalingKind): ScalingKind => (scale === true ? 'standardize' : scale);

/** What rows go through, for a scaling that was learned; entries that don't apply are left out. @throws {InputError} for gates that need offsets, without any */
export function inputMapOf(
  { offset: asked, gates }: Pick<CheckedSettings, 'offset' | 'gates'>,
  scaling: Scaling | undefined,
): InputMap {
  const needed = bringOffsets(gates, scaling !== undefined);
  if (needed && asked === false) {
    throw new InputError(
      'setting',
      "galu: offset is false, and these gates have offsets, or get such where X's columns are centred; leave offset out, or give gates without offsets and no scale",
    );
  }
  const offset = asked ?? (needed || scaling !== undefined);
  return { ...(scaling && { scaling }), ...(offset && { offset }) };
}
