/** y ← a·x + b·y. */
export function axpby(a: f32, x: usize, b: f32, y: usize, n: usize): void {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const as4 = f32x4.splat(a);
  const bs4 = f32x4.splat(b);
  let i: usize = 0;
  for (; i < vectorEnd; i += 16) {
    v128.store(y + i, f32x4.add(f32x4.mul(as4, v128.load(x + i)), f32x4.mul(bs4, v128.load(y + i))));
  }
  for (; i < end; i += 4) store<f32>(y + i, a * load<f32>(x + i) + b * load<f32>(y + i));
}

/** x ← a·x. */
export function scale(x: usize, a: f32, n: usize): void {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const as4 = f32x4.splat(a);
  let i: usize = 0;
  for (; i < vectorEnd; i += 16) v128.store(x + i, f32x4.mul(as4, v128.load(x + i)));
  for (; i < end; i += 4) store<f32>(x + i, a * load<f32>(x + i));
}

/** Every entry of x ← value. */
export function fill(x: usize, value: f32, n: usize): void {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const values = f32x4.splat(value);
  let i: usize = 0;
  for (; i < vectorEnd; i += 16) v128.store(x + i, values);
  for (; i < end; i += 4) store<f32>(x + i, value);
}

/** out ← x, also where they overlap. */
export function copy(out: usize, x: usize, n: usize): void {
  memory.copy(out, x, n << 2);
}
