import { describe, expect, it } from 'vitest';
import { walker } from '../../test/walker.ts';
import { createEnvRegistry } from '../registry.ts';
import { catalogueOf } from './catalogue.ts';

const moduleOf = (exports: Record<string, unknown>, url = 'file:///a.js') => ({ url, exports });

describe('the catalogue', () => {
  it('has the environments that a module exports, by name', () => {
    const catalogue = catalogueOf([moduleOf({ walker, helper: () => 1, constant: 3 })]);
    expect(catalogue.ids()).toEqual(['walker-v0']);
    expect(catalogue.maker('walker-v0')).toBe(walker);
  });

  it('has only what the registry says of a module that exports one', () => {
    const registry = createEnvRegistry();
    registry.register('mine/Walker-v1', walker);
    expect(catalogueOf([moduleOf({ registry, walker })]).ids()).toEqual(['mine/Walker-v1']);
  });

  it('refuses a module without environments, and one id in two modules', () => {
    expect(() => catalogueOf([moduleOf({ generateEnv: () => 1 })])).toThrow('file:///a.js exports no environment');
    expect(() => catalogueOf([moduleOf({ walker }), moduleOf({ walker }, 'file:///b.js')])).toThrow(
      'the id walker-v0 is registered twice',
    );
  });
});
