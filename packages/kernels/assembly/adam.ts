import { ABSOLUTE_BITS, INFINITY_BITS, largestLane } from './bits';

/**
 * One Adam step over n float32 in one pass: 16 bytes read and 12 written for a parameter.
 * Returns 1 if every gradient was finite. The bias corrections are folded into stepSize and epsilon by the caller.
 */
export function adam(
  params: usize,
  grads: usize,
  m: usize,
  v: usize,
  n: usize,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  stepSize: f32,
  epsilon: f32,
  decay: f32,
  l2: f32,
): i32 {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const beta1s = f32x4.splat(beta1);
  const rest1s = f32x4.splat(rest1);
  const beta2s = f32x4.splat(beta2);
  const rest2s = f32x4.splat(rest2);
  const stepSizes = f32x4.splat(stepSize);
  const epsilons = f32x4.splat(epsilon);
  const decays = f32x4.splat(decay);
  const l2s = f32x4.splat(l2);
  const absolute = i32x4.splat(ABSOLUTE_BITS);
  let largest = i32x4.splat(0);
  let i: usize = 0;
  for (; i < vectorEnd; i += 16) {
    const grad = v128.load(grads + i);
    const param = v128.load(params + i);
    largest = i32x4.max_s(largest, v128.and(grad, absolute));
    const g = f32x4.add(grad, f32x4.mul(l2s, param));
    const mNew = f32x4.add(f32x4.mul(beta1s, v128.load(m + i)), f32x4.mul(rest1s, g));
    const vNew = f32x4.add(f32x4.mul(beta2s, v128.load(v + i)), f32x4.mul(rest2s, f32x4.mul(g, g)));
    v128.store(m + i, mNew);
    v128.store(v + i, vNew);
    const update = f32x4.div(f32x4.mul(stepSizes, mNew), f32x4.add(f32x4.sqrt(vNew), epsilons));
    v128.store(params + i, f32x4.sub(f32x4.mul(decays, param), update));
  }
  let largestBits = largestLane(largest);
  for (; i < end; i += 4) {
    const grad = load<f32>(grads + i);
    const param = load<f32>(params + i);
    largestBits = max(largestBits, reinterpret<i32>(grad) & ABSOLUTE_BITS);
    const g = grad + l2 * param;
    const mNew = beta1 * load<f32>(m + i) + rest1 * g;
    const vNew = beta2 * load<f32>(v + i) + rest2 * (g * g);
    store<f32>(m + i, mNew);
    store<f32>(v + i, vNew);
    const update = (stepSize * mNew) / (sqrt<f32>(vNew) + epsilon);
    store<f32>(params + i, decay * param - update);
  }
  return i32(largestBits < INFINITY_BITS);
}
