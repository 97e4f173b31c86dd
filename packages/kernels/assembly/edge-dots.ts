import { dotFourRows, dotRows } from './dot-rows';

/** out[e, h] ← head h of q_i · head h of k_j for the entries e = (i, j) of each row, four at a time; rows of q and k are `heads` runs of `width` float32. */
export function edgeDots(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  width: usize,
  q: usize,
  k: usize,
  out: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  for (let i: u32 = 0; i < rows; i++) {
    let e = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const own = q + usize(i) * rowBytes;
    let target = out + e * heads;
    for (; e + 16 <= to; e += 16) {
      const k0 = k + usize(load<u32>(columns + e)) * rowBytes;
      const k1 = k + usize(load<u32>(columns + e + 4)) * rowBytes;
      const k2 = k + usize(load<u32>(columns + e + 8)) * rowBytes;
      const k3 = k + usize(load<u32>(columns + e + 12)) * rowBytes;
      let at = target;
      for (let h: usize = 0; h < rowBytes; h += headBytes) {
        const dots = dotFourRows(own + h, k0 + h, k1 + h, k2 + h, k3 + h, headBytes);
        if (heads == 1) v128.store(at, dots);
        else {
          v128.store_lane<u32>(at, dots, 0);
          v128.store_lane<u32>(at + stride, dots, 1);
          v128.store_lane<u32>(at + 2 * stride, dots, 2);
          v128.store_lane<u32>(at + 3 * stride, dots, 3);
        }
        at += 4;
      }
      target += 4 * stride;
    }
    for (; e < to; e += 4) {
      const other = k + usize(load<u32>(columns + e)) * rowBytes;
      for (let h: usize = 0; h < rowBytes; h += headBytes) {
        store<f32>(target, dotRows(own + h, other + h, headBytes));
        target += 4;
      }
    }
  }
}
