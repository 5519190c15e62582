/**
 * Names what the compiler emits. It changes with every change of emitted code, of lowering or of model/math that could
 * change an output: a stored proof holds for one engine version only. `engine-version.test.ts` pins it to the code.
 */
export const engineVersion = '2';
