// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.3.

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper halves of the four 64-bit products of x and m. */
// @ts-ignore: decorator
@inline
function multiplyHigh(x: v128, m: v128): v128 {
  return v128.shuffle<u32>(i64x2.extmul_low_i32x4_u(x, m), i64x2.extmul_high_i32x4_u(x, m), 1, 3, 5, 7);
}

/**
 * Writes `groups` groups of 16 words. A group is four blocks computed in the four lanes: words 4w to 4w + 3 are
 * word w of blocks b to b + 3. Block b has the counter (low b, high b, kind, 0); the first block is a multiple of 4, so that
 * its low half never carries inside a group.
 */
export function philox(out: usize, groups: u32, key0: u32, key1: u32, blockLow: u32, blockHigh: u32, kind: u32): void {
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  const w0 = i32x4.splat(WEYL_0);
  const w1 = i32x4.splat(WEYL_1);
  const key0s = i32x4.splat(key0);
  const key1s = i32x4.splat(key1);
  const kinds = i32x4.splat(kind);
  const lanes = i32x4(0, 1, 2, 3);
  let block = (u64(blockHigh) << 32) | u64(blockLow);
  for (let g: u32 = 0; g < groups; g++, block += 4, out += 64) {
    let k0 = key0s;
    let k1 = key1s;
    let x0 = i32x4.add(i32x4.splat(u32(block)), lanes);
    let x1 = i32x4.splat(u32(block >> 32));
    let x2 = kinds;
    let x3 = i32x4.splat(0);
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHigh(x0, m0);
      const low0 = i32x4.mul(x0, m0);
      const high1 = multiplyHigh(x2, m1);
      const low1 = i32x4.mul(x2, m1);
      x0 = v128.xor(v128.xor(high1, x1), k0);
      x1 = low1;
      x2 = v128.xor(v128.xor(high0, x3), k1);
      x3 = low0;
      k0 = i32x4.add(k0, w0);
      k1 = i32x4.add(k1, w1);
    }
    v128.store(out, x0);
    v128.store(out, x1, 16);
    v128.store(out, x2, 32);
    v128.store(out, x3, 48);
  }
}
