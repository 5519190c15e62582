import { expect, test } from 'vitest';
import { buildReference, compareScores, createScoreProfile, type Reference, type ScoreDrift } from './index.ts';

/** A reference with one score of two bins: `low` rows at 0.25 and `high` rows at 0.75. */
function twoBins(low: number, high: number): Reference {
  return buildReference({
    model: 'm',
    version: '1.0.0',
    features: [],
    scores: [{ name: 'risk', values: atTwo(low, high) }],
  });
}

function atTwo(low: number, high: number): Float32Array {
  return Float32Array.from({ length: low + high }, (_, row) => (row < low ? 0.25 : 0.75));
}

function drift(reference: Reference, values: Float32Array): ScoreDrift {
  const profile = createScoreProfile(reference);
  profile.add('risk', values);
  return compareScores(reference, profile).scores[0];
}

test('a difference that is material and significant fails, with the numbers that decided', () => {
  const found = drift(twoBins(500, 500), atTwo(250, 750));
  // Shares with half a row a bin: p = 500.5 / 1001 = 0.5, q = 250.5 / 1001 and 750.5 / 1001.
  const low = 250.5 / 1001;
  const psi = (low - 0.5) * Math.log(low / 0.5) + (1 - low - 0.5) * Math.log((1 - low) / 0.5);
  expect(found).toMatchObject({ verdict: 'fail', material: true, significant: true, rows: 1000, referenceRows: 1000 });
  expect(found.psi).toBeCloseTo(psi, 12);
  expect(found.statistic).toBeCloseTo(psi * 500, 9);
  expect(found.degrees).toBe(1);
  expect(found.pValue).toBeLessThan(1e-25);
  expect(found.jsDistance).toBeCloseTo(0.22065611, 7);
  expect(found.reason).toMatch(/^PSI 0\.274 is at least 0\.1 and p .* is under 0\.010: material and significant\.$/);
});

test('a significant difference too small to matter passes', () => {
  expect(drift(twoBins(50_000, 50_000), atTwo(47_000, 53_000))).toMatchObject({
    verdict: 'pass',
    material: false,
    significant: true,
  });
});

test('one row is one row', () => {
  expect(drift(twoBins(500, 500), atTwo(0, 1)).reason).toBe('1 row is fewer than the 500 that a verdict needs.');
});

test('under 500 rows, here or in the reference, nothing is decided', () => {
  expect(drift(twoBins(500, 500), atTwo(0, 499))).toMatchObject({
    verdict: 'inconclusive',
    reason: '499 rows are fewer than the 500 that a verdict needs.',
    psi: null,
  });
  expect(drift(twoBins(200, 299), atTwo(0, 500))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'The reference has 499 rows, fewer than the 500 that a verdict needs.',
  });
  expect(drift(twoBins(500, 500), atTwo(0, 500)).verdict).toBe('fail');
});

test('a material difference that may be chance is inconclusive', () => {
  const reference = twoBins(500, 500);
  const profile = createScoreProfile(reference);
  profile.add('risk', atTwo(8, 16));
  const [found] = compareScores(reference, profile, { psiMaterial: 0.1, alpha: 0.01, rowsMin: 20 }).scores;
  expect(found).toMatchObject({ verdict: 'inconclusive', material: true, significant: false });
  expect(found.reason).toMatch(/it may be chance/);
});

test('missing scores do not count as rows', () => {
  const values = Float32Array.from({ length: 900 }, (_, row) => (row < 499 ? 0.25 : Number.NaN));
  expect(drift(twoBins(500, 500), values)).toMatchObject({ verdict: 'inconclusive', rows: 499 });
});

test('a reference of one value cannot be compared', () => {
  expect(drift(twoBins(1000, 0), atTwo(0, 1000))).toMatchObject({ verdict: 'inconclusive', degrees: null });
});

test('categories are compared like bins, new ones as one', () => {
  const scores = [{ name: 'plan', values: Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? 'a' : 'b')) }];
  const reference = buildReference({ model: 'm', version: '1.0.0', features: [], scores });
  const profile = createScoreProfile(reference);
  profile.add(
    'plan',
    Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? 'a' : 'new')),
  );
  expect(compareScores(reference, profile).scores[0]).toMatchObject({ verdict: 'fail', degrees: 2 });
});

test('of several scores each is judged at its share of alpha, and the worst verdict is the whole', () => {
  const scores = ['a', 'b'].map((name) => ({ name, values: atTwo(500, 500) }));
  const reference = buildReference({ model: 'm', version: '1.0.0', features: [], scores });
  const profile = createScoreProfile(reference);
  profile.add('a', atTwo(500, 500));
  expect(compareScores(reference, profile).verdict).toBe('inconclusive');
  profile.add('b', atTwo(0, 1000));
  const { verdict, scores: found } = compareScores(reference, profile);
  expect(verdict).toBe('fail');
  expect(found.map((score) => score.verdict)).toEqual(['pass', 'fail']);
  expect(found[1].reason).toMatch(/is under 0\.0050/);
});

test('a reference without scores decides nothing', () => {
  const reference = buildReference({ model: 'm', version: '1.0.0', features: [], scores: [] });
  expect(compareScores(reference, createScoreProfile(reference)).verdict).toBe('inconclusive');
});

test('without drift the significance key turns at its promised rate, and both keys together never', () => {
  const random = lcg(20261124);
  const reference = buildReference({
    model: 'm',
    version: '1',
    features: [],
    scores: [{ name: 'risk', values: uniform(5000, random) }],
  });
  const runs = 1500;
  let significant = 0;
  let failed = 0;
  for (let run = 0; run < runs; run++) {
    // The reference is drawn anew too: the statistic takes both samples as random.
    const fresh = buildReference({
      model: 'm',
      version: '1',
      features: [],
      scores: [{ name: 'risk', values: uniform(1000, random) }],
    });
    const found = drift(run === 0 ? reference : fresh, uniform(600, random));
    if (found.significant) significant++;
    if (found.verdict === 'fail') failed++;
  }
  const alpha = 0.01;
  expect(significant / runs).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs));
  expect(significant).toBeGreaterThan(0);
  expect(failed).toBe(0);
});

function uniform(length: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, random);
}

/** Numerical Recipes' quick generator: good enough to shuffle samples, and the same everywhere. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
