const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

/** e^x for x ≤ 0, the twin of assembly/exponential.ts: operation by operation, so that both give the same bits. */
export function exponential(x: number): number {
  if (x < -700) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * Math.LN2;
  const high = 1 + r * ((1 / 6) * (1 + r * ((1 / 7) * (1 + r * ((1 / 8) * (1 + r * (1 / 9)))))));
  const low = 1 + r * (1 + r * (0.5 * (1 + r * ((1 / 3) * (1 + r * (0.25 * (1 + r * (0.2 * high))))))));
  words[HIGH] = (k + 1023) << 20;
  words[1 - HIGH] = 0;
  return low * bits[0]!;
}
