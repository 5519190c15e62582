import { fail, type SlipwayError } from '../../errors/index.ts';

/** An artifact is one file, named by its digest: values in another file would be outside of it. */
export function externalData(name: string, where: string): SlipwayError {
  return fail('ARTIFACT_UNSUPPORTED', {
    message: `The values of the tensor ${JSON.stringify(name)} are in another file (external data).`,
    where,
    hint: 'Save the model as one file, in Python: onnx.save(onnx.load("model.onnx"), "one-file.onnx"). One file holds up to 2 GiB.',
  });
}
