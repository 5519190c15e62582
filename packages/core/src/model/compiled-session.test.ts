import { conformSession } from '@slipway/testkit/session-conformance';
import { openCompiledSession } from './compiled-session.ts';
import { lower } from './lower/lower.ts';

conformSession('compiled session', ({ model, binding }) => {
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(`${lowering.op} ${lowering.node}: ${lowering.reason}`);
  return openCompiledSession(lowering.program, binding);
});
