import { addTo, take } from './lanes';

/** Adds row r of `updates` to row indices[r] of `out`, in the columns from `first` until `last`; both have rows of `width` entries. */
export function scatterRows(
  out: usize,
  updates: usize,
  width: u32,
  indices: usize,
  count: u32,
  first: u32,
  last: u32,
): void {
  const bytes = usize(width) << 2;
  const from = usize(first) << 2;
  const to = usize(last) << 2;
  for (let r: u32 = 0; r < count; r++) {
    const target = out + usize(load<u32>(indices + (usize(r) << 2))) * bytes;
    const source = updates + usize(r) * bytes;
    for (let at = from; at < to; at += 16) {
      const lanes = i32(min<usize>(4, (to - at) >> 2));
      addTo(target + at, take(source + at, lanes), lanes);
    }
  }
}
