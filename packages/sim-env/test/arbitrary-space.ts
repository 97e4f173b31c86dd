import fc from 'fast-check';
import { box, dict, discrete, multiBinary, multiDiscrete, type Space, text, tuple } from '../src/index.ts';

const dtypes = ['float32', 'float64', 'int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32'] as const;

const boxes = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
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
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).map(multiDiscrete),
  fc.integer({ min: 1, max: 6 }).map(multiBinary),
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
    fc.dictionary(fc.constantFrom('b', 'a', 'c', 'B'), tie('space'), { minKeys: 1 }).map((parts) => dict(parts)),
  ),
})).space;
