/**
 * Row r of `out` ← row indices[r] of `source`; rows are `width` words of 4 bytes. Stops at the first index outside
 * [0, sourceRows) and returns its position, or −1 when all rows were copied.
 */
export function gatherRows(
  out: usize,
  source: usize,
  sourceRows: u32,
  width: usize,
  indices: usize,
  count: u32,
): i32 {
  const rowBytes = width << 2;
  for (let r: u32 = 0; r < count; r++) {
    const index = load<u32>(indices + (usize(r) << 2));
    if (index >= sourceRows) return r;
    copyWords(out + usize(r) * rowBytes, source + usize(index) * rowBytes, rowBytes);
  }
  return -1;
}

// memory.copy leaves wasm for every call, which costs more than a short row.
// @ts-ignore: decorator
@inline
function copyWords(to: usize, from: usize, bytes: usize): void {
  const vectorEnd = bytes & ~15;
  let i: usize = 0;
  for (; i < vectorEnd; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i < bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
}
