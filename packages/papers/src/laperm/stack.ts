import { type AnyModel, residual, sequential } from '@unbraid/nn';

type Layers = readonly AnyModel[] | Readonly<Record<string, AnyModel>>;

/** `sequential` of layers whose types aren't followed: of deep networks the compiler gives up on them. */
export const stack = sequential as (layers: Layers) => AnyModel;

/** `residual` likewise. */
export const beside = residual as (branch: AnyModel, shortcut?: AnyModel) => AnyModel;
