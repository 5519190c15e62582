export { type BlockingOptions, openBlockingSession } from './blocking-session.ts';
export { type OnnxRuntimeOptions, openOnnxRuntimeSession } from './onnx-runtime-session.ts';
export { onnxRuntimeVersion } from './ort-runner.ts';
