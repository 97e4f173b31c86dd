import { argumentsAfter, type ExtensionPoint, registerPoint, resultAfter } from './extension-point.ts';

type Callable = (...args: readonly unknown[]) => unknown;

/** An iterable like the given one, whose elements go through handlers; their argument is the element's index. */
export function exposeIterable(inner: Iterable<unknown>): Iterable<unknown> {
  const point: ExtensionPoint = {
    name: Array.isArray(inner) ? 'the array' : 'the iterable',
    method: false,
    kind: 'plain',
    parameters: 1,
    before: [],
    after: [],
    instead: undefined,
  };
  const exposed = Array.isArray(inner) ? exposedArray(inner, point) : exposedIterable(inner, point);
  registerPoint(exposed, point);
  return exposed;
}

/** Arrays iterate by reading indices, so reading is the only way in. */
function exposedArray(inner: readonly unknown[], point: ExtensionPoint): readonly unknown[] {
  return new Proxy(inner, {
    get(target, key, receiver) {
      const index = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : -1;
      if (index < 0 || index >= target.length) return Reflect.get(target, key, receiver);
      return elementOf(point, index, (at) => target[at]);
    },
  });
}

function exposedIterable(inner: Iterable<unknown>, point: ExtensionPoint): Iterable<unknown> {
  return {
    *[Symbol.iterator]() {
      let index = 0;
      for (const element of inner) yield elementOf(point, index++, () => element);
    },
  };
}

function elementOf(point: ExtensionPoint, index: number, read: (index: number) => unknown): unknown {
  const [at] = argumentsAfter(point, [index]) as [number];
  const element = point.instead === undefined ? read(at) : (point.instead as Callable)(at);
  return resultAfter(point, element, [at]);
}
