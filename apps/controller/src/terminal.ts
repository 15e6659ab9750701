/** Where a command's output goes and what surrounds it. */
export interface Terminal {
  /** Data, and nothing but data. */
  readonly out: (text: string) => void;
  /** Errors and problems, for people. */
  readonly error: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A text as one line that moves no cursor: names of files and values of resources may hold any character. */
export function oneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
