import type { Command } from 'commander';
import { exitCodes, type Io } from '../io.ts';
import { loadPermuted, type PermutationFlags, savePermuted } from './commands.ts';

/** `unbraid permutations save` and `load`. */
export function addPermutations(program: Command, io: Io, done: (code: number) => void): void {
  const permutations = program
    .command('permutations')
    .description('an ONNX file that was fine-tuned by permuting its weights, as the orders that they were put into');
  const both = (command: Command, work: typeof savePermuted) =>
    command
      .requiredOption('--out <file>', 'the file to write')
      .option('--json', 'print one JSON object and nothing else')
      .action(async (original: string, other: string, flags: PermutationFlags) => {
        await work(io, original, other, flags);
        done(exitCodes.done);
      });
  both(
    permutations
      .command('save')
      .description('write what became of the weights; it is read with the original alone')
      .argument('<original>', 'the .onnx file before training')
      .argument('<tuned>', 'the same after training'),
    savePermuted,
  );
  both(
    permutations
      .command('load')
      .description('write the .onnx file that was saved')
      .argument('<original>', 'the .onnx file before training')
      .argument('<saved>', 'what `save` wrote'),
    loadPermuted,
  );
}
