import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, cast, mul, reshape, type Tensor } from '@unbraid/graph';
import { embedding, exportModel, initialize, type Model } from '@unbraid/nn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveFolder } from '../docs/src/site-server.ts';
import { LIMIT, start } from './start-example.ts';

/** A folder with a tiny model and tokenizer in place of MiniLM's. */
function tinyModelFolder(): { folder: string; table: string } {
  const words = { sea: ['ship', 'wave', 'sail', 'tide'], sky: ['cloud', 'star', 'wind', 'moon'] };
  const rows = Object.entries(words).flatMap(([label, own]) =>
    Array.from({ length: 24 }, (_, i) => `a ${own[i % 4]} and a ${own[(i * 7 + 1) % 4]},${label}`),
  );
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-tiny-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'and', ...words.sea, ...words.sky];
  const token = (content: string, id: number) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  const special = (name: string) => ({ SpecialToken: { id: name, type_id: 0 } });
  const ids = Object.fromEntries(
    ['[CLS]', '[SEP]'].map((name) => [name, { id: name, ids: [vocabulary.indexOf(name)], tokens: [name] }]),
  );
  const tokenizer = {
    version: '1.0',
    added_tokens: vocabulary.slice(0, 4).map(token),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: ids,
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, i) => [word, i])),
    },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', unk_token: '[UNK]' }),
  );
  const vectors = embedding(vocabulary.length, 16);
  const row = { shape: [32], dtype: 'int64' } as const;
  const model: Model<typeof vectors.params, Readonly<Record<string, Tensor>>> = {
    params: vectors.params,
    inputs: { input_ids: row, attention_mask: row, token_type_ids: row },
    apply: (params, { input_ids, attention_mask, token_type_ids }) => {
      const others = cast(add(attention_mask!, token_type_ids!), 'float32');
      return add(vectors.apply(params, input_ids!), mul(reshape(others, [...others.shape, 1]), 0));
    },
  };
  writeFileSync(join(folder, 'model.onnx'), exportModel(model, initialize(model, 0), { output: 'last_hidden_state' }));
  const table = join(folder, 'table.csv');
  writeFileSync(table, `sentence,label\n${rows.join('\n')}\n`);
  return { folder, table };
}

describe('sentence-classifier', () => {
  it('learns sentences with a model from a folder, and uses what it wrote', { timeout: LIMIT }, async () => {
    const { folder, table } = tinyModelFolder();
    const output = await start('sentence-classifier', ['--', table, '60'], { MODEL_FOLDER: folder });
    const [, right] = /fine-tuned: right on ([\d.]+)%/.exec(output) ?? [];
    expect(Number(right)).toBeGreaterThan(80);
    expect(output).toMatch(/^(sea|sky): a \w+ and a \w+$/m);
  });

  it('says in one line why its model cannot be downloaded', { timeout: LIMIT }, async () => {
    const served = mkdtempSync(join(tmpdir(), 'unbraid-served-'));
    onTestFinished(() => rmSync(served, { recursive: true, force: true }));
    mkdirSync(join(served, 'onnx'));
    writeFileSync(join(served, 'onnx', 'model.onnx'), 'cut off');
    const server = await serveFolder(served);
    onTestFinished(server.close);
    const cache = join(served, 'cache');
    const failed = async (base: string) => {
      const error = await start('sentence-classifier', [], {
        MODEL_BASE: base,
        MODEL_CACHE: cache,
        MODEL_FOLDER: '',
      }).catch((reason) => reason);
      return String((error as { stderr?: string }).stderr);
    };
    const cut = await failed(server.url.replace(/\/$/, ''));
    expect(cut).toMatch(
      /^http.*model\.onnx can't be had: its SHA-256 is \w{64} and not 6fd5d72f\w+; it was cut off or changed\. Put .*\n$/,
    );
    expect(await failed('http://127.0.0.1:9')).toContain("can't be had: ");
    expect(readdirSync(cache)).toEqual([]);
  });
});
