import {
  bindContract,
  edgesOf,
  type LaunchFile,
  lower,
  type OnnxModel,
  parseLaunch,
  readSignature,
  writeLaunch,
} from '@slipway/core';
import { launchFiles } from '../training/draft-launch.ts';
import type { ImportFeature } from './import-feature.ts';

/**
 * The features of an ONNX file with what its graph compares them with, where the compiler understands it: the texts of
 * an encoder that refuses all others are the categories of the feature; other texts, and numbers, make good examples.
 */
export function withKnownValues(
  features: readonly ImportFeature[],
  draft: LaunchFile,
  model: OnnxModel,
): readonly ImportFeature[] {
  const { input, output } = parseLaunch(writeLaunch(draft), launchFiles.launch);
  const lowering = lower(model, bindContract(input, output, readSignature(model)));
  if (lowering.kind === 'refused') return features;
  const edges = edgesOf(lowering.program);
  return features.map((feature, index): ImportFeature => {
    const { texts = [], numbers = new Float64Array(0), closed = false } = edges[index] ?? {};
    if (feature.type !== 'string') return { ...feature, edges: [...numbers.subarray(0, edgesMax)], closed };
    const categories = closed && feature.categories === null ? texts : feature.categories;
    return { ...feature, examples: texts.slice(0, edgesMax), categories };
  });
}

const edgesMax = 64;
