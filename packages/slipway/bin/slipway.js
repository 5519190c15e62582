#!/usr/bin/env node
// Plain JavaScript, so that it also starts under a Node.js that is too old, and `--version` loads nothing else.
import { readFileSync } from 'node:fs';

const about = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const wanted = about.engines.node.replace('>=', '');
const words = process.argv.slice(2);

if (isOlder(process.versions.node, wanted)) {
  process.stderr.write(`NODE_TOO_OLD: Slipway needs Node.js ${wanted} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 3;
} else if (words[0] === '--version' || words[0] === '-V') {
  process.stdout.write(`${about.version}\n`);
} else {
  if (words[0] === 'serve') steadyTicks();
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main, processIo, reportCrashes } = await import('slipway/cli');
  const io = processIo();
  reportCrashes(words, io);
  await main(words, io);
}

/**
 * Keeps `process.nextTick` fast, which every request calls six times. Node numbers its ticks; the first numbers are
 * small integers to V8 and later ones doubles, from when the counter has run some hundred times. Where that change comes
 * after nextTick has been called a few times, V8 gives up the fast way to make a tick for the rest of the process, and
 * `serve` answers a tenth fewer requests a second. Timers count on the same counter: a thousand of them bring the change
 * about first.
 */
function steadyTicks() {
  for (let i = 0; i < 1000; i++) clearTimeout(setTimeout(() => {}, 1));
}

/** Whether version `a` comes before version `b`; both are numbers with points between. */
function isOlder(a, b) {
  const have = a.split('.').map(Number);
  const need = b.split('.').map(Number);
  const at = need.findIndex((part, index) => part !== have[index]);
  return at >= 0 && have[at] < need[at];
}
