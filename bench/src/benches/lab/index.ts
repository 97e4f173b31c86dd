import type { Benchmark } from '../../benchmark.ts';
import { engineRows } from './engine.ts';
import { pageRows } from './page.ts';
import { serverRows } from './server.ts';

/** The lab: its page in a browser, its server, and what its page computes with. */
export const lab: Benchmark = {
  name: 'lab',
  about:
    "`unbraid lab`: its page, its server (lists, curves of 1,000 runs, a line on its way, memory over a day's lines), and the engine in a Worker of Chromium against ONNX Runtime alone and tfjs",
  async run(options) {
    return [...(await pageRows(options)), ...(await serverRows(options)), ...(await engineRows(options))];
  },
  together: (parts) => parts.flat(),
};
