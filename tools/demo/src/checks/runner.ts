import { Unmet } from '../until.ts';

/** One promise of Silverback, seen or not seen. */
export interface Check {
  /** The promise in words, as in `one edit reaches every proxy within a second`. */
  readonly name: string;
  /** Without it nothing that follows can be seen, so nothing that follows is tried. */
  readonly vital?: boolean;
  /**
   * Tries it.
   *
   * @returns what was seen, with figures; may be empty
   * @throws Unmet, or any other error, if it was not seen
   */
  readonly run: () => Promise<string>;
}

/** How many checks passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs checks one after another and prints a line for each.
 *
 * @param checks - in the order in which they are to run
 * @param print - takes one line
 * @param reasonToEnd - asked before each check: why the rest is not to be tried; undefined to go on
 */
export async function runChecks(
  checks: readonly Check[],
  print: (line: string) => void,
  reasonToEnd: () => string | undefined,
): Promise<Tally> {
  let passed = 0;
  let obstacle: string | undefined;
  for (const check of checks) {
    obstacle ??= reasonToEnd();
    if (obstacle !== undefined) {
      print(`FAILED ${check.name}: not tried: ${obstacle}`);
    } else if (await passes(check, print)) {
      passed += 1;
    } else if (check.vital === true) {
      obstacle = `needs "${check.name}"`;
    }
  }
  return { passed, failed: checks.length - passed };
}

/** The last line of a run. */
export function summary(tally: Tally): string {
  return `${tally.passed} checks passed, ${tally.failed} failed`;
}

async function passes(check: Check, print: (line: string) => void): Promise<boolean> {
  try {
    const seen = await check.run();
    print(`ok     ${check.name}${seen === '' ? '' : `: ${seen}`}`);
    return true;
  } catch (error) {
    print(`FAILED ${check.name}: ${describe(error)}`);
    return false;
  }
}

function describe(error: unknown): string {
  if (error instanceof Unmet) return `expected ${error.expected}; saw ${error.seen}`;
  return error instanceof Error ? error.message : String(error);
}
