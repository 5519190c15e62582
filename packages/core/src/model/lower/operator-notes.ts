/**
 * How near a compiled operator is to ONNX Runtime: it only gives places and sizes, so there is nothing to compute; it
 * takes the same roundings in the same order; it sums in the order of the inputs, where ONNX Runtime takes several at
 * once; or it has a function of our own in it.
 */
export type Equality = 'places' | 'bits' | 'order' | 'function';

/** What a reader of the docs has to know of an operator beside its name. */
export interface OperatorNote {
  readonly types: string;
  readonly equality: Equality;
  /** What of it is left to ONNX Runtime, or '' where nothing is. */
  readonly refused: string;
}

const floats = 'float32, float64';
const numbers = 'float32, float64, int64, int32';
const any = 'all numbers, bool, text';
const past53 = 'int64 results that could pass 2^53';

function note(types: string, equality: Equality, refused = ''): OperatorNote {
  return { types, equality, refused };
}

/** By the name that the compiler's table has. */
export const operatorNotes: Readonly<Record<string, OperatorNote>> = {
  Constant: note(any, 'places', 'sparse values'),
  ConstantOfShape: note('all numbers, bool', 'places', 'sizes that depend on a row'),
  Identity: note(any, 'places'),
  Dropout: note(any, 'places', 'training mode'),
  Shape: note(any, 'places'),
  Size: note(any, 'places', 'a count that depends on the number of rows'),
  Reshape: note(any, 'places', 'sizes that change the rows'),
  Flatten: note(any, 'places', 'an axis that joins rows with columns'),
  Squeeze: note(any, 'places', 'no axes, where a single row would lose its size'),
  Unsqueeze: note(any, 'places'),
  Transpose: note(any, 'places', 'outputs whose first size is not the rows'),
  Expand: note(any, 'places', 'sizes that depend on a row'),
  Tile: note(any, 'places', 'repeated rows'),
  Concat: note(any, 'places', 'rows behind rows'),
  Split: note(any, 'places', 'the rows'),
  Slice: note(any, 'places', 'some of the rows; bounds that depend on a row'),
  Gather: note(any, 'places', 'rows; more than 64 lanes to pick from by an index of the row'),
  GatherElements: note(any, 'places', 'rows; more than 64 lanes to pick from by an index of the row'),
  OneHot: note('int64, int32 indexes', 'bits', 'indexes that are floats; a depth that depends on a row'),
  Cast: note(any, 'bits', 'floats to text; text of no table to numbers; float16, unsigned and short integers'),
  CastLike: note(any, 'bits', 'as Cast'),
  Where: note('float32, float64, int64, int32, text', 'bits'),
  Equal: note('all numbers, bool, text', 'bits', 'two texts neither of which is a constant'),
  Less: note(numbers, 'bits'),
  LessOrEqual: note(numbers, 'bits'),
  Greater: note(numbers, 'bits'),
  GreaterOrEqual: note(numbers, 'bits'),
  Not: note('bool', 'bits'),
  And: note('bool', 'bits'),
  Or: note('bool', 'bits'),
  Xor: note('bool', 'bits'),
  IsNaN: note(floats, 'bits'),
  IsInf: note(floats, 'bits'),
  Abs: note(numbers, 'bits', past53),
  Neg: note(numbers, 'bits', past53),
  Sign: note(numbers, 'bits'),
  Floor: note(floats, 'bits'),
  Ceil: note(floats, 'bits'),
  Round: note(floats, 'bits'),
  Sqrt: note(floats, 'bits'),
  Reciprocal: note(floats, 'bits'),
  Add: note(numbers, 'bits', past53),
  Sub: note(numbers, 'bits', past53),
  Mul: note(numbers, 'bits', past53),
  Div: note(numbers, 'bits', 'integers by what is not a constant, or 0'),
  Mod: note(numbers, 'bits', 'floats without fmod; integers by what is not a constant, or 0'),
  Pow: note('float32, float64, to any number', 'function', 'integers to a power'),
  Exp: note(floats, 'function'),
  Log: note(floats, 'function'),
  Min: note(numbers, 'bits'),
  Max: note(numbers, 'bits'),
  Sum: note(floats, 'bits'),
  Mean: note('float32', 'bits'),
  Clip: note(numbers, 'bits', 'bounds that are no single numbers'),
  ArgMax: note(numbers, 'bits', 'the rows'),
  ArgMin: note(numbers, 'bits', 'the rows'),
  CumSum: note(numbers, 'bits', `the rows; ${past53}`),
  ReduceSum: note(numbers, 'order', `the rows; ${past53}, int32 results that could pass 2^31`),
  ReduceMean: note(numbers, 'order', `the rows; ${past53}, int32 sums that could pass 2^31`),
  ReduceMax: note(
    'all numbers, bool',
    'bits',
    'the rows; beside NaN its answer is NaN, which ONNX Runtime loses at times',
  ),
  ReduceMin: note(
    'all numbers, bool',
    'bits',
    'the rows; beside NaN its answer is NaN, which ONNX Runtime loses at times',
  ),
  ReduceProd: note(numbers, 'order', `the rows; ${past53}, int32 results that could pass 2^31`),
  ReduceL1: note(numbers, 'order', `the rows; ${past53}, int32 results that could pass 2^31`),
  ReduceL2: note(floats, 'order', 'the rows'),
  ReduceSumSquare: note(numbers, 'order', `the rows; ${past53}, int32 results that could pass 2^31`),
  ReduceLogSum: note(floats, 'function', 'the rows'),
  ReduceLogSumExp: note(floats, 'function', 'the rows'),
  LpNormalization: note(floats, 'order', 'the rows'),
  MatMul: note(floats, 'order', 'two factors that both depend on the row; sums over the rows'),
  Gemm: note(floats, 'order', 'a B that depends on the row'),
  Softmax: note(floats, 'function', 'sums over the rows'),
  LogSoftmax: note(floats, 'function', 'sums over the rows'),
  Relu: note(floats, 'bits'),
  LeakyRelu: note('float32', 'bits'),
  PRelu: note('float32', 'bits'),
  HardSigmoid: note('float32', 'bits'),
  Softsign: note('float32', 'bits'),
  Sigmoid: note(floats, 'function'),
  Tanh: note(floats, 'function'),
  Elu: note('float32', 'function'),
  Selu: note('float32', 'function'),
  Softplus: note('float32', 'function'),
  Erf: note('float32', 'function'),
  Gelu: note('float32', 'function'),
  'ai.onnx.ml.ArrayFeatureExtractor': note('all numbers, text', 'places', 'several elements by indexes of the row'),
  'ai.onnx.ml.Binarizer': note('float32', 'bits'),
  'ai.onnx.ml.CategoryMapper': note('int64, text', 'bits'),
  'ai.onnx.ml.FeatureVectorizer': note(numbers, 'bits', 'inputs that are no tables'),
  'ai.onnx.ml.Imputer': note('float32, int64', 'bits'),
  'ai.onnx.ml.LabelEncoder': note(
    'text, int64, float32, float64',
    'bits',
    'pairs of types that ONNX Runtime does not implement',
  ),
  'ai.onnx.ml.OneHotEncoder': note('text, int64, float32, float64', 'bits'),
  'ai.onnx.ml.Scaler': note(numbers, 'bits', 'several offsets for values that are no tables'),
  'ai.onnx.ml.Normalizer': note(numbers, 'order', 'float64 input'),
  'ai.onnx.ml.LinearClassifier': note(numbers, 'order', 'transforms of one score that are ambiguous'),
  'ai.onnx.ml.LinearRegressor': note('float32', 'order', 'transforms of one target'),
  'ai.onnx.ml.SVMClassifier': note('float32', 'function', 'probabilities; transforms'),
  'ai.onnx.ml.SVMRegressor': note('float32', 'function', 'transforms'),
  'ai.onnx.ml.TreeEnsemble': note(floats, 'bits', 'SOFTMAX and LOGISTIC, whose numbers ONNX Runtime swaps'),
  'ai.onnx.ml.TreeEnsembleClassifier': note(numbers, 'bits', 'classes that some rows get no vote for'),
  'ai.onnx.ml.TreeEnsembleRegressor': note(floats, 'bits', 'transforms of one target'),
  'ai.onnx.ml.ZipMap': note('float32', 'places'),
};
