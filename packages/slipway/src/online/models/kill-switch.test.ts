import { expect, test } from 'vitest';
import { createKillSwitch } from './kill-switch.ts';

function start() {
  const told: string[] = [];
  return { told, killSwitch: createKillSwitch((model, isOff) => told.push(`${model} ${isOff ? 'off' : 'on'}`)) };
}

test('a model is off as long as the server or the registry says so, and each change is told once', () => {
  const { told, killSwitch } = start();
  killSwitch.turn('m', true);
  killSwitch.turn('m', true);
  killSwitch.follow(new Set(['m', 'other']));
  expect(killSwitch.by('m')).toEqual(['server', 'registry']);
  killSwitch.turn('m', false);
  expect(killSwitch.isOff('m')).toBe(true);
  expect(killSwitch.by('m')).toEqual(['registry']);
  killSwitch.follow(new Set(['other']));
  expect(killSwitch.isOff('m')).toBe(false);
  expect(told).toEqual(['m off', 'other off', 'm on']);
});

test('what the registry switches on again stays off where the server said so', () => {
  const { told, killSwitch } = start();
  killSwitch.turn('m', true);
  killSwitch.follow(new Set(['m']));
  killSwitch.follow(new Set());
  expect(killSwitch.isOff('m')).toBe(true);
  expect(killSwitch.by('m')).toEqual(['server']);
  expect(killSwitch.by('unknown')).toEqual([]);
  expect(told).toEqual(['m off']);
});
