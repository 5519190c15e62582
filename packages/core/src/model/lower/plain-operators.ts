import type { OnnxNode } from '../onnx/types.ts';
import { lowerCast, lowerCastLike } from './casts.ts';
import { comparison, lowerEqual, lowerIsInf, lowerIsNaN, lowerNot, lowerWhere } from './comparisons.ts';
import { lowerConstant, lowerConstantOfShape } from './constant.ts';
import { lowerMean, lowerReciprocal, mapOperator, pairOperator, variadicOperator } from './elementwise.ts';
import { argExtreme } from './extremes.ts';
import { lowerGather, lowerGatherElements, lowerOneHot } from './gather.ts';
import { lowerLpNormalization } from './normalization.ts';
import { lowerClip, lowerMod, lowerPow } from './number-operators.ts';
import { lowerCumSum, reduction, reductions } from './reductions.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import {
  lowerDropout,
  lowerExpand,
  lowerShape,
  lowerSize,
  lowerSqueeze,
  lowerTile,
  lowerTranspose,
  lowerUnsqueeze,
} from './shapes.ts';
import { lowerSlice, lowerSplit } from './slicing.ts';
import type { NumberType } from './tensor.ts';

type Lower = (scope: Scope, node: OnnxNode) => void;

const floats: readonly NumberType[] = ['float32', 'float64'];
const numbers: readonly NumberType[] = [...floats, 'int64', 'int32'];
const all: readonly NumberType[] = [...numbers, 'bool'];
const truths: readonly NumberType[] = ['bool'];

/** Operators that compute, with the types for which ONNX Runtime 1.30.0 has them. */
const computing: readonly (readonly [string, readonly NumberType[], Lower])[] = [
  ['Abs', numbers, mapOperator('magnitude')],
  ['Neg', numbers, mapOperator('negate')],
  ['Sign', numbers, mapOperator('sign')],
  ['Floor', floats, mapOperator('floor')],
  ['Ceil', floats, mapOperator('ceiling')],
  ['Round', floats, mapOperator('roundEven')],
  ['Sqrt', floats, mapOperator('squareRoot')],
  ['Exp', floats, mapOperator('exp')],
  ['Log', floats, mapOperator('log')],
  ['Reciprocal', floats, lowerReciprocal],
  ['Add', numbers, pairOperator('add')],
  ['Sub', numbers, pairOperator('subtract')],
  ['Mul', numbers, pairOperator('multiply')],
  ['Div', numbers, pairOperator('divide')],
  ['Mod', numbers, lowerMod],
  ['Pow', numbers, lowerPow],
  ['Min', numbers, variadicOperator('minimum')],
  ['Max', numbers, variadicOperator('maximum')],
  ['Sum', floats, variadicOperator('add')],
  ['Mean', ['float32'], lowerMean],
  ['Clip', numbers, lowerClip],
  ['Less', numbers, comparison('less')],
  ['LessOrEqual', numbers, comparison('lessOrEqual')],
  ['Greater', numbers, comparison('less', { swapped: true })],
  ['GreaterOrEqual', numbers, comparison('lessOrEqual', { swapped: true })],
  ['Not', truths, lowerNot],
  ['And', truths, comparison('and')],
  ['Or', truths, comparison('or')],
  ['Xor', truths, comparison('xor')],
  ['IsNaN', floats, lowerIsNaN],
  ['IsInf', floats, lowerIsInf],
  ['ArgMax', numbers, argExtreme('largest')],
  ['ArgMin', numbers, argExtreme('smallest')],
  ['CumSum', numbers, lowerCumSum],
  ['LpNormalization', floats, lowerLpNormalization],
  ['ReduceSum', numbers, reduction(reductions.Sum)],
  ['ReduceMean', numbers, reduction(reductions.Mean)],
  ['ReduceMax', all, reduction(reductions.Max)],
  ['ReduceMin', all, reduction(reductions.Min)],
  ['ReduceProd', numbers, reduction(reductions.Prod)],
  ['ReduceL1', numbers, reduction(reductions.L1)],
  ['ReduceL2', floats, reduction(reductions.L2)],
  ['ReduceSumSquare', numbers, reduction(reductions.SumSquare)],
  ['ReduceLogSum', floats, reduction(reductions.LogSum)],
  ['ReduceLogSumExp', floats, reduction(reductions.LogSumExp)],
];

/** Operators that take values of any type: most of them only rename. */
const renaming: readonly (readonly [string, Lower])[] = [
  ['Constant', lowerConstant],
  ['ConstantOfShape', lowerConstantOfShape],
  ['Cast', lowerCast],
  ['CastLike', lowerCastLike],
  ['Equal', lowerEqual],
  ['Where', lowerWhere],
  ['Shape', lowerShape],
  ['Size', lowerSize],
  ['Squeeze', lowerSqueeze],
  ['Unsqueeze', lowerUnsqueeze],
  ['Transpose', lowerTranspose],
  ['Expand', lowerExpand],
  ['Tile', lowerTile],
  ['Dropout', lowerDropout],
  ['Slice', lowerSlice],
  ['Split', lowerSplit],
  ['Gather', lowerGather],
  ['GatherElements', lowerGatherElements],
  ['OneHot', lowerOneHot],
];

/** Plain operators of ai.onnx on numbers, by name. */
export const plainOperators: readonly (readonly [string, Lower])[] = [
  ...computing.map(([name, types, lower]) => [name, ofTypes(types, lower)] as const),
  ...renaming,
];

function ofTypes(types: readonly NumberType[], lower: Lower): Lower {
  return (scope, node) => {
    const { type } = scope.numbers(node);
    if (!types.includes(type)) throw refuse(node, `its input is of type ${type}`);
    lower(scope, node);
  };
}
