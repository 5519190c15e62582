import { assert } from '../errors/index.ts';
import { incompleteGamma } from './incomplete-gamma.ts';

/** P(Z <= z), Z standard normal. Both tails keep their digits. */
export function normalCdf(z: number): number {
  const tail = incompleteGamma(0.5, (z * z) / 2);
  return z < 0 ? tail.upper / 2 : 0.5 + tail.lower / 2;
}

/** The z where P(Z <= z) = p, Z standard normal. */
export function normalQuantile(p: number): number {
  assert(p >= 0 && p <= 1, 'a probability is 0 to 1');
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  return p <= 0.5 ? lowerQuantile(p) : -lowerQuantile(1 - p);
}

const halleyRounds = 3;

/** A rational start (Abramowitz and Stegun 26.2.23, off by under 5e-4), then Halley's method. */
function lowerQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = above / below - t;
  for (let round = 0; round < halleyRounds; round++) {
    const newton = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}
