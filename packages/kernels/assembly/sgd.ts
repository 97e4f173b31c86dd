import { ABSOLUTE_BITS, INFINITY_BITS, largestLane } from './bits';

/** One step of gradient descent without momentum. Returns 1 if every gradient was finite. */
export function sgd(params: usize, grads: usize, n: usize, rate: f32, decay: f32, l2: f32): i32 {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const rates = f32x4.splat(rate);
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
    v128.store(params + i, f32x4.sub(f32x4.mul(decays, param), f32x4.mul(rates, g)));
  }
  let largestBits = largestLane(largest);
  for (; i < end; i += 4) {
    const grad = load<f32>(grads + i);
    const param = load<f32>(params + i);
    largestBits = max(largestBits, reinterpret<i32>(grad) & ABSOLUTE_BITS);
    store<f32>(params + i, decay * param - rate * (grad + l2 * param));
  }
  return i32(largestBits < INFINITY_BITS);
}

/**
 * One step of gradient descent with momentum. The step is ofGradient · g + ofVelocity · velocity, which is
 * (0, 1) for plain momentum and (1, momentum) for Nesterov's. Returns 1 if every gradient was finite.
 */
export function sgdMomentum(
  params: usize,
  grads: usize,
  velocity: usize,
  n: usize,
  rate: f32,
  momentum: f32,
  ofGradient: f32,
  ofVelocity: f32,
  decay: f32,
  l2: f32,
): i32 {
  const end = n << 2;
  const vectorEnd = end & ~15;
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const ofGradients = f32x4.splat(ofGradient);
  const ofVelocities = f32x4.splat(ofVelocity);
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
    const moved = f32x4.add(f32x4.mul(momenta, v128.load(velocity + i)), g);
    v128.store(velocity + i, moved);
    const step = f32x4.add(f32x4.mul(ofGradients, g), f32x4.mul(ofVelocities, moved));
    v128.store(params + i, f32x4.sub(f32x4.mul(decays, param), f32x4.mul(rates, step)));
  }
  let largestBits = largestLane(largest);
  for (; i < end; i += 4) {
    const grad = load<f32>(grads + i);
    const param = load<f32>(params + i);
    largestBits = max(largestBits, reinterpret<i32>(grad) & ABSOLUTE_BITS);
    const g = grad + l2 * param;
    const moved = momentum * load<f32>(velocity + i) + g;
    store<f32>(velocity + i, moved);
    store<f32>(params + i, decay * param - rate * (ofGradient * g + ofVelocity * moved));
  }
  return i32(largestBits < INFINITY_BITS);
}
