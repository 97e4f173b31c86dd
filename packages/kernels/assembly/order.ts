// The total order of float32 numbers as unsigned integers: −∞ < … < −0 < +0 < … < +∞. An entry of a vector is 8 bytes,
// its key above its place, so that entries are all different and any way of sorting them is stable.

const SIGN_BIT: u32 = 0x80000000;

/** The bits of a float32 as an integer that orders like the number. */
// @ts-ignore: decorator
@inline
export function keyOfBits(bits: u32): u32 {
  return bits ^ (u32(i32(bits) >> 31) | SIGN_BIT);
}

/** The inverse of keyOfBits. */
// @ts-ignore: decorator
@inline
export function bitsOfKey(key: u32): u32 {
  return key ^ (u32(i32(~key) >> 31) | SIGN_BIT);
}

/** The entry of the number at `value`, whose place in its vector is `place`. */
// @ts-ignore: decorator
@inline
export function entryOf(value: usize, place: u32): u64 {
  return (u64(keyOfBits(load<u32>(value))) << 32) | u64(place);
}

// @ts-ignore: decorator
@inline
export function keyOfEntry(entry: u64): u32 {
  return u32(entry >> 32);
}
