import { fail, nearest } from '@slipway/core';
import { modelIndex } from '../models/model-states.ts';
import type { OnlineRoute } from '../routes.ts';
import type { OnlineContext } from '../server.ts';
import { carryOut } from './deed.ts';
import { operateRoute } from './operate-route.ts';

/** Changes of what is served while the server runs: the kill switch, load and unload. */
export function operateRoutes(context: OnlineContext): readonly OnlineRoute[] {
  const { repository } = context;
  const statesOf = (name: string) => ({
    models: modelIndex(repository).filter(({ model }) => model === name.replace(/@.*/, '')),
  });
  return [
    operateRoute(context, '/models/{model}/fallback', async (model, body) => {
      const on = switchOf(body);
      // One that is not served is nobody's to switch: a slip in the name must not pass for done.
      if (!repository.entries().some(({ name }) => name === model)) repository.locate(model);
      await carryOut(repository, { kind: 'fallback', model, on });
      const { killSwitch } = repository;
      return { model, on: killSwitch.isOff(model), by: killSwitch.by(model) };
    }),
    operateRoute(context, '/models/{model}/load', async (name, body) => {
      demandNothing(body);
      await carryOut(repository, { kind: 'load', name });
      return statesOf(name);
    }),
    operateRoute(context, '/models/{model}/unload', async (name, body) => {
      demandNothing(body);
      await carryOut(repository, { kind: 'unload', name });
      return statesOf(name);
    }),
  ];
}

function switchOf(body: Readonly<Record<string, unknown>>): boolean {
  const { on, ...rest } = body;
  if (typeof on === 'boolean' && Object.keys(rest).length === 0) return on;
  throw fail('OPERATION_INVALID', {
    message: 'The body is not {"on": true} or {"on": false}.',
    hint: 'Send {"on": true} to have the fallback answer, and {"on": false} for the model.',
  });
}

function demandNothing(body: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(body);
  if (name === undefined) return;
  const meant = nearest(name, ['on']) === null ? '' : ' The switch is /models/{model}/fallback.';
  throw fail('OPERATION_INVALID', { message: `${JSON.stringify(name.slice(0, 60))} is not known here.${meant}` });
}
