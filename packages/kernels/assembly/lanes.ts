/** The first `lanes` (1 to 4) float32 at `address`, zeros behind them; never reads past them. */
// @ts-ignore: decorator
@inline
export function take(address: usize, lanes: i32): v128 {
  if (lanes == 4) return v128.load(address);
  if (lanes == 1) return v128.load_zero<u32>(address);
  const two = v128.load_zero<u64>(address);
  return lanes == 2 ? two : v128.load_lane<u32>(address + 8, two, 2);
}

/** Writes the first `lanes` (1 to 4) float32 of `value`, and nothing behind them. */
// @ts-ignore: decorator
@inline
export function put(address: usize, value: v128, lanes: i32): void {
  if (lanes == 4) v128.store(address, value);
  else if (lanes == 1) v128.store_lane<u32>(address, value, 0);
  else {
    v128.store_lane<u64>(address, value, 0);
    if (lanes == 3) v128.store_lane<u32>(address + 8, value, 2);
  }
}

/** Adds to the first `lanes` float32 at `address`. */
// @ts-ignore: decorator
@inline
export function addTo(address: usize, value: v128, lanes: i32): void {
  put(address, f32x4.add(take(address, lanes), value), lanes);
}
