import { serveLab } from '@unbraid/lab';
import type { LabAnswer, LabTask } from '../tasks/lab-server.ts';

/** A lab as a process of its own, given its task as JSON: it says where it is, and its memory when it is asked. */
const task: LabTask = JSON.parse(process.argv[2]!);
const began = performance.now();
const before = process.cpuUsage();
const lab = await serveLab(task);
const send = (answer: LabAnswer) => process.send!(answer);
const { origin, token } = lab;
const { user, system } = process.cpuUsage(before);
send({ origin, token, milliseconds: performance.now() - began, processorMs: (user + system) / 1000 });
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  send({ rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => void lab.close().then(() => process.exit()));
