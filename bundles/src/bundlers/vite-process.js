// Builds an entry by Vite in a process of its own and prints what Vite warned of: node vite-process.js ROOT INTO NAME FILE
import { build, createLogger } from 'vite';

const [, , root, outDir, name, file] = process.argv;
const warnings = [];
const customLogger = createLogger('warn');
customLogger.warn = (message) => void warnings.push(message);
await build({
  configFile: false,
  root,
  base: './',
  logLevel: 'warn',
  customLogger,
  worker: { format: 'es' },
  build: {
    outDir,
    emptyOutDir: false,
    chunkSizeWarningLimit: 1e6,
    reportCompressedSize: false,
    rollupOptions: {
      input: { [name]: file },
      output: { entryFileNames: '[name].js' },
      checks: { pluginTimings: false },
    },
  },
});
process.stdout.write(JSON.stringify(warnings));
