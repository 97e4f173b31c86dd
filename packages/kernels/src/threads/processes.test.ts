import { describe, expect, it } from 'vitest';
import { printedBy } from '../../test/processes.ts';

// Threads are counted in /proc.
describe.skipIf(process.platform !== 'linux')('a process whose kernels have threads', () => {
  it('ends by itself, though they sleep', async () => {
    expect(await printedBy('console.log(start(3).double());')).toBe('true');
  });

  it('ends by process.exit while they sleep', async () => {
    const program = 'start(3).double(); await rest(100); process.exit(7);';
    await expect(printedBy(program)).rejects.toMatchObject({ code: 7 });
  });

  it('has none after the end of their team', async () => {
    const program = `
      await rest(50);
      const before = threads();
      const { team, double } = start(4);
      double();
      await rest(100);
      const during = threads();
      await team.end();
      await fallTo(before);
      console.log(during - before, threads() - before);`;
    expect(await printedBy(program)).toBe('3 0');
  });

  it('loses those of teams that nobody has any more', async () => {
    const program = `
      await rest(50);
      const before = threads();
      // By a function, whose variables hold none of them afterwards.
      const begin = () => {
        const rigs = Array.from({ length: 8 }, () => start(3));
        rigs.forEach(({ double }) => double());
        return rigs;
      };
      let rigs = begin();
      await rest(100);
      const most = threads() - before;
      if (rigs.length !== 8) throw new Error('they are wanted until here');
      rigs = [];
      await fallTo(before);
      console.log(most, threads() - before);`;
    expect(await printedBy(program, ['--expose-gc'])).toBe('16 0');
  });

  it('has them within a worker thread too, which may end by itself or be terminated at work', async () => {
    const program = `
      await rest(50);
      const before = threads();
      const tell = "require('node:worker_threads').parentPort.postMessage";
      const told = [];
      for (const milliseconds of [0, 3, 50]) {
        const worker = work(\`const { double } = start(3); for (;;) \${tell}(double());\`);
        told.push(await new Promise((take, fail) => worker.once('message', take).once('error', fail)));
        await rest(milliseconds);
        await worker.terminate();
      }
      const worker = work(\`\${tell}(start(3).double())\`);
      const code = await new Promise((take, fail) => worker.once('exit', take).once('error', fail));
      await fallTo(before);
      console.log(told, code, threads() - before, start(3).double());`;
    expect(await printedBy(program)).toBe('[ true, true, true ] 0 0 true');
  });
});
