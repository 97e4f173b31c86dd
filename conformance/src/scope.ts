import { type Case, dtypeOf } from './cases.ts';

/** What makes a test none of ours, by operator. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  quantized: [
    ...['ConvInteger', 'DequantizeLinear', 'DynamicQuantizeLinear', 'MatMulInteger', 'QLinearConv', 'QLinearMatMul'],
    'QuantizeLinear',
  ],
  'sequences, optional values and maps': [
    ...['ConcatFromSequence', 'Optional', 'OptionalGetElement', 'OptionalHasElement', 'SequenceAt'],
    ...['SequenceConstruct', 'SequenceEmpty', 'SequenceErase', 'SequenceInsert', 'SequenceLength', 'SequenceMap'],
    ...['SplitToSequence', 'ai.onnx.ml.ZipMap'],
  ],
  text: ['RegexFullMatch', 'StringConcat', 'StringNormalizer', 'StringSplit', 'TfIdfVectorizer'],
  'random numbers': [
    'Bernoulli',
    'Multinomial',
    'RandomNormal',
    'RandomNormalLike',
    'RandomUniform',
    'RandomUniformLike',
  ],
  'steps of training': [
    ...['Adagrad', 'Adam', 'Momentum', 'ai.onnx.preview.training.Adagrad', 'ai.onnx.preview.training.Adam'],
    ...['ai.onnx.preview.training.Gradient', 'ai.onnx.preview.training.Momentum'],
  ],
  'signals and images beyond networks': [
    ...['AffineGrid', 'BlackmanWindow', 'CenterCropPad', 'Col2Im', 'DFT', 'DeformConv', 'Det'],
    ...['HammingWindow', 'HannWindow', 'ImageDecoder', 'MaxRoiPool', 'MelWeightMatrix', 'NonMaxSuppression'],
    ...['RoiAlign', 'STFT'],
  ],
  trees: ['ai.onnx.ml.TreeEnsemble', 'ai.onnx.ml.TreeEnsembleClassifier', 'ai.onnx.ml.TreeEnsembleRegressor'],
  "bits of numbers' own form": ['BitCast'],
  'newer than exporters write': [
    ...['CausalConvWithState', 'LinearAttention', 'SwiGLU', 'TensorScatter', 'ai.onnx.preview.FlexAttention'],
  ],
};

const reasonOf = new Map(Object.entries(reasons).flatMap(([reason, types]) => types.map((type) => [type, reason])));

/** These drop entries at random, and expect those that NumPy's generator drops. */
const dropsAtRandom: ReadonlySet<string> = new Set([
  ...['test_training_dropout', 'test_training_dropout_default', 'test_training_dropout_default_mask'],
  'test_training_dropout_mask',
]);

/** The oldest version of ONNX's operators that is read, of 2017. */
const OLDEST = 7;

/** Why a test is none that we could pass; undefined where it counts. */
export function outOfScope({ name, opset, operators, sets }: Case): string | undefined {
  if (opset !== null && opset < OLDEST) return `operator sets older than ${OLDEST}`;
  if (dropsAtRandom.has(name)) return 'random numbers';
  for (const operator of operators) if (reasonOf.has(operator)) return reasonOf.get(operator);
  const values = sets.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const stray = values.find(({ type }) => dtypeOf(type) === undefined);
  if (!stray) return undefined;
  if (stray.type === 'string') return 'text';
  if (['list', 'tuple', 'dict', 'none'].includes(stray.type)) return 'sequences, optional values and maps';
  return 'types of 8 bits and less that are no whole numbers, or of 4 bits and less';
}
