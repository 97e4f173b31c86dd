import { expect, it } from 'vitest';
import type { ExperimentForm, FormField } from '../../api.ts';
import { changedSettings, fieldError, fieldOfError, usualValue } from './form-state.ts';

const field = (given: Partial<FormField> & Pick<FormField, 'name' | 'kind'>): FormField => ({
  ...{ type: 'a type', description: '', default: 1, presets: {} },
  ...given,
});
const steps = field({ name: 'steps', kind: 'integer', minimum: 1, maximum: 9, default: 5, presets: { smoke: 2 } });
const sizes = field({ name: 'sizes', kind: 'json', default: [1, 2] });
const form: ExperimentForm = {
  name: 'e',
  title: '',
  paper: '',
  description: '',
  fields: [steps, sizes, field({ name: 'step', kind: 'text', default: 'x' })],
};

it('begins with the preset’s value, or the default', () => {
  expect([usualValue(steps, 'smoke'), usualValue(steps, 'full'), usualValue(sizes, 'smoke')]).toEqual([
    '2',
    '5',
    '[1,2]',
  ]);
});

it.each([
  [steps, '3', undefined],
  [steps, '0', 'At least 1 is wanted'],
  [steps, '10', 'At most 9 is wanted'],
  [steps, '1.5', 'A whole number is wanted (a type)'],
  [steps, '', 'A number is wanted (a type)'],
  [sizes, '[1,', 'JSON is wanted, such as [1,2]'],
  [sizes, '[3]', undefined],
  [field({ name: 'act', kind: 'choice', choices: ['a', 'b'] }), 'c', 'One of a, b is wanted'],
])('checks what is typed (%#)', (own, text, error) => {
  expect(fieldError(own, text)).toBe(error);
});

it('sends what isn’t the usual alone', () => {
  expect(changedSettings(form, 'smoke', { steps: '2', sizes: '[3]', strange: '1' })).toEqual({ sizes: '[3]' });
});

it('finds the field that an error names, the longest name first', () => {
  expect(fieldOfError(form, 'e: steps: at least 1, not 0')).toBe('steps');
  expect(fieldOfError(form, 'e: "step" is empty, see steps')).toBe('step');
  expect(fieldOfError(form, 'e: the footsteps are full')).toBeUndefined();
});
