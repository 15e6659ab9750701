/** Where a command's output goes and what surrounds it. */
export interface Terminal {
  /** Data, and nothing but data. */
  readonly out: (text: string) => void;
  /** Errors and problems, for people. */
  readonly error: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}
