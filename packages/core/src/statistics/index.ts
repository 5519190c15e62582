export { chiSquareSurvival } from './chi-square.ts';
