import { RunError } from '@unbraid/experiment';
import type { Opened } from '../learn/learner.ts';
import type { Answers } from '../scores/answers.ts';
import type { ModelForm } from './form.ts';

const network = async (): Promise<ModelForm> => {
  const { openNetwork, networkOnnx } = await import('../learn/network.ts');
  return { open: openNetwork, toOnnx: async (model, task) => networkOnnx(model, task) };
};

/** Loads what reads a method's models. */
const forms: Readonly<Record<string, () => Promise<ModelForm>>> = {
  mlp: network,
  laperm: network,
  galu: async () => (await import('../learn/galu.ts')).galuForm,
};

/** @throws {RunError} for a method that this version doesn't know */
export async function formOf(method: string): Promise<ModelForm> {
  const load = Object.hasOwn(forms, method) ? forms[method] : undefined;
  if (load === undefined) throw new RunError(`model: this version knows no method "${method}" for tables`);
  return load();
}

/** A saved model, ready. */
export const openModel = async (method: string, task: Answers['task'], model: Uint8Array): Promise<Opened> =>
  (await formOf(method)).open(model, task);
