/**
 * A value as it is sent: every typed array in it is a copy with a buffer of its own, and these buffers are handed over. So nothing that the sender goes
 * on with is taken from it, and of a view of WebAssembly's memory no more goes along than the view.
 */
export function packed<V>(value: V): { readonly value: V; readonly buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  return { value: copyOf(value, buffers) as V, buffers };
}

function copyOf(value: unknown, buffers: ArrayBuffer[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) return value;
    const copy = (value as Float32Array).slice();
    buffers.push(copy.buffer as ArrayBuffer);
    return copy;
  }
  if (Array.isArray(value)) return value.map((entry) => copyOf(entry, buffers));
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, copyOf(entry, buffers)]));
}
