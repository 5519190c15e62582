/** Where in its own sources ONNX Runtime raised it, with the signature of the function: of no use to anybody here. */
const place = /^\S*onnxruntime_src\/\S+:\d+ .*?\)(?: const)? (?=[A-Z*"'[])/s;
const code = /^\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /;

/** What ONNX Runtime says, without the place in its sources and its codes. The error itself stays the cause. */
export function ortMessage(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(place, '').replace(code, '').trim();
  }
  return rest === '' ? text : rest;
}
