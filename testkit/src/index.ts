export { feature, inputContract } from './feature.ts';
