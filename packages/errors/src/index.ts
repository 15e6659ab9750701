export type { CodeDefinition, CodeTable } from './definition.ts';
export {
  describeProblem,
  describeResource,
  type FileLocation,
  type Problem,
  type ResourceReference,
} from './problem.ts';
export { CODES, CODES_BY_AREA, type Code } from './registry.ts';
export { isSilverbackError, SilverbackError, type ErrorDetails } from './silverback-error.ts';
