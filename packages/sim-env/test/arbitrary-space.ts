import fc from 'fast-check';
import {
  box,
  dict,
  discrete,
  graph,
  multiBinary,
  multiDiscrete,
  oneOf,
  type Space,
  sequence,
  text,
  tuple,
} from '../src/index.ts';

const dtypes = [
  'float16',
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
] as const;
const integers = ['int8', 'int32', 'int64', 'uint16', 'uint64'] as const;

const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });

const boxes = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: shapes,
    low: fc.integer({ min: 0, max: 50 }),
    span: fc.integer({ min: 0, max: 50 }),
    open: fc.constantFrom('none', 'low', 'high', 'both'),
  })
  .map(({ dtype, shape, low, span, open }) => {
    const float = dtype.startsWith('float');
    return box({
      low: float && (open === 'low' || open === 'both') ? -Infinity : low,
      high: float && (open === 'high' || open === 'both') ? Infinity : low + span,
      shape,
      dtype,
    });
  });

const leaves: fc.Arbitrary<Space> = fc.oneof(
  boxes,
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -5, max: 5 })).map(([n, start]) => discrete(n, { start })),
  shapes.map((shape) => box({ low: 0, high: 1, shape, dtype: 'bool' })),
  fc
    .tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...integers),
    )
    .map(([rows, nvec, dtype]) => {
      const start = nvec.map((n) => (dtype.startsWith('u') ? n : -n));
      return rows === 1
        ? multiDiscrete(nvec, { start, dtype })
        : multiDiscrete([nvec, nvec], { start: [start, start], dtype });
    }),
  fc.integer({ min: 1, max: 6 }).map(multiBinary),
  shapes.filter((shape) => shape.length > 0).map(multiBinary),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 4 }))
    .map(([minLength, more]) => text(minLength + more, { minLength, charset: 'abc🙂' })),
);

/** Spaces of every kind, nested up to two deep. */
export const spaces: fc.Arbitrary<Space> = fc.letrec<{ space: Space }>((tie) => ({
  space: fc.oneof(
    { maxDepth: 2 },
    leaves,
    fc.array(tie('space'), { minLength: 1, maxLength: 3 }).map((parts) => tuple(parts)),
    // A part without a flat size would leave the whole without a flat form.
    fc.array(leaves, { minLength: 1, maxLength: 3 }).map((parts) => oneOf(parts)),
    fc.tuple(tie('space'), fc.boolean()).map(([space, stack]) => sequence(space, { stack })),
    fc.tuple(tie('space'), fc.option(leaves)).map(([nodes, edges]) => graph(nodes, edges)),
    fc.dictionary(fc.constantFrom('b', 'a', 'c', 'B'), tie('space'), { minKeys: 1 }).map((parts) => dict(parts)),
  ),
})).space;
