export { openBlockingSession } from './blocking-session.ts';
export { openOnnxRuntimeSession } from './onnx-runtime-session.ts';
export { onnxRuntimeVersion } from './ort-runner.ts';
export { defaultWorkers, openPooledSession } from './pooled-session.ts';
