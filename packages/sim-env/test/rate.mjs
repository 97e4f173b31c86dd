import { blocking } from '../dist/node/index.js';
import { plainWalker } from './fixtures/plain-walker.js';

const env = plainWalker({ suspension: blocking({ timeout: 500 }) });
let t = performance.now();
env.reset({ seed: 1 });
console.log('start', performance.now() - t);
for (let k = 0; k < 4; k++) {
  const t = performance.now();
  for (let i = 0; i < 200000; i++) {
    const [o, r] = env.step((i % 3) - 1);
  }
  console.log(((2e5 / (performance.now() - t)) * 1e3) | 0);
}
t = performance.now();
for (let i = 0; i < 2000; i++) {
  env.reset();
  env.step(1);
}
console.log('resets/s', (2000 / (performance.now() - t)) * 1e3);
console.log(env.render());
env.reset({ options: { failAt: 2 } });
env.step(1);
try {
  env.step(1);
} catch (e) {
  console.log(e.message);
  console.log(e.stack);
}
env.reset({ options: { hangAt: 1 } });
try {
  env.step(1);
} catch (e) {
  console.log(e.message);
}
console.log(env.reset({ options: { length: 3, informs: true } }), env.step(1), env.step(1), env.step(1));
env.close();
