import { compile } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { formOf, formWith } from './dist/form.js';
import { blockShape, residualGraph } from './dist/rows/pass-graphs.js';

const r = createRandom(1);
const runtime = nodeRuntime({ threads: 2 });
for (const [k, d] of [
  [64, 51],
  [256, 51],
])
  for (const B of [1024, 2048, 4096, 8192, 16384, 32768]) {
    const sizes = { samples: B, dimension: d, neurons: k, outputs: 1 };
    for (const [name, shape] of [
      ['as is', blockShape(sizes)],
      ['1 block float', { sizes, rows: [B], form: formWith(sizes, 'float32') }],
      ['1 block bool', { sizes, rows: [B], form: formWith(sizes, 'bool') }],
    ]) {
      const e = await compile(residualGraph(shape), runtime);
      r.normal(e.inputs.x.float32);
      r.normal(e.inputs.u.float32);
      r.normal(e.inputs.w.float32);
      e.inputs.a.float32.fill(1);
      const n = Math.max(2, Math.round(65536 / B));
      for (let i = 0; i < 2; i++) await e.run();
      const t = performance.now();
      for (let i = 0; i < n; i++) await e.run();
      const per = ((performance.now() - t) / n / B) * 1e6;
      await e.release();
      console.log(
        k,
        d,
        B,
        name,
        shape.rows.length,
        'blocks',
        per.toFixed(0),
        'ms per 1M rows',
        ((6 * 1e6 * k * d) / per / 1e6).toFixed(0),
        'GFLOPS',
      );
    }
  }
