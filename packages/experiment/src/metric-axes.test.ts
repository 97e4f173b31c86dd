import { expect, it } from 'vitest';
import { type AxisColumn, isDrawn, metricAxes } from './metric-axes.ts';

const column = (name: string, kind: AxisColumn['kind'], lines = 10, varies = true): AxisColumn => ({
  name,
  kind,
  linesBeside: () => lines,
  variesBeside: () => varies,
});
const loss = { name: 'loss', lines: 10 };

it('draws along the first column that counts steps in most lines', () => {
  const axes = (...columns: AxisColumn[]) => metricAxes(loss, columns).x;
  expect(axes(column('epoch', 'whole'), column('step', 'number'))).toBe('step');
  expect(axes(column('epoch', 'whole'), column('step', 'whole', 5))).toBe('epoch');
  expect(axes(column('step', 'text'), column('epoch', 'other'), column('time', 'whole'))).toBeUndefined();
  expect(metricAxes({ name: 'step', lines: 10 }, [column('step', 'whole')]).x).toBeUndefined();
});

it('tells curves apart by few texts and by whole numbers of repetitions, where they vary', () => {
  const columns = [
    column('step', 'whole'),
    column('kind', 'text'),
    column('constant', 'text', 10, false),
    column('remark', 'other'),
    column('seed', 'whole'),
    column('trial', 'number'),
    column('network', 'whole'),
    column('width', 'whole'),
  ];
  expect(metricAxes(loss, columns)).toEqual({ x: 'step', by: ['kind', 'seed', 'network'] });
});

it('takes what is declared, as far as it is there, and guesses nothing beside it', () => {
  const columns = [column('step', 'whole'), column('width', 'number'), column('kind', 'text')];
  const of = (x?: string, by?: string[]) => metricAxes(loss, columns, { description: 'Loss', x, by });
  expect(of('width', ['kind', 'missing'])).toEqual({ x: 'width', by: ['kind'] });
  expect(of('missing')).toEqual({ x: undefined, by: [] });
  expect(of()).toEqual({ x: undefined, by: [] });
});

it('draws no column that others are drawn along or told apart by, unless it is declared', () => {
  const drawn = isDrawn({
    error: { description: 'Error', x: 'width', by: ['depth'] },
    epoch: { description: 'Epoch' },
  });
  const names = ['error', 'width', 'depth', 'epoch', 'step', 'seed', 'loss', 'constructor'];
  expect(names.filter(drawn)).toEqual(['error', 'epoch', 'loss', 'constructor']);
});
