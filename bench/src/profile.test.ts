import { expect, it } from 'vitest';
import { type ProfileEvent, partsOf } from './profile.ts';

const kernel = (name: string, dur: number, operator = 'Conv'): ProfileEvent => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  dur,
  args: { op_name: operator },
});

it('adds the time of nodes up by the operators that they are named after, for each step', () => {
  const events: ProfileEvent[] = [
    kernel('conv2d:3', 4000),
    kernel('conv2d:12_nchwc', 2000),
    kernel('conv2dWeightGradient:7', 5000),
    kernel('convTranspose2d:9', 3000),
    kernel('gemm:1', 600, 'Gemm'),
    kernel('matmul:2', 400, 'MatMul'),
    kernel('softplus:5', 100, 'Softplus'),
    kernel('reorder', 200, 'ReorderInput'),
    { cat: 'Node', name: 'conv2d:3_fence_before', dur: 9000 },
    { cat: 'Session', name: 'model_run', dur: 99_000 },
  ];
  expect(partsOf(events, { steps: 2, milliseconds: 20 })).toEqual({
    convolutions: 3,
    'gradients of filters': 2.5,
    'transposed convolutions': 1.5,
    'dense layers': 0.5,
    'other operators': 0.05,
    'blocked layout': 0.1,
    'outside the graph': expect.closeTo(2.35, 6),
  });
});
