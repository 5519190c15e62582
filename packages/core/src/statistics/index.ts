export { chiSquareSurvival } from './chi-square.ts';
export { betaQuantile, incompleteBeta, type LogTails, logBetaTails } from './incomplete-beta.ts';
export { type GammaTails, incompleteGamma } from './incomplete-gamma.ts';
export { logBeta, logGamma } from './log-gamma.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { studentTCdf, studentTQuantile } from './student-t.ts';
