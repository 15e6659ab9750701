/** What one code of the registry means. `docs/reference/errors.md` is generated from these. */
export interface CodeDefinition {
  /** `error`: thrown or reported by the controller. `problem`: why a resource, or part of it, is not programmed. */
  readonly kind: 'error' | 'problem';
  /** One sentence: what has happened. */
  readonly summary: string;
  /** One sentence: what a person should do about it. */
  readonly advice: string;
}

/** A table of codes that one area of the product owns. */
export type CodeTable = Readonly<Record<string, CodeDefinition>>;
