import type { Edition, RouterFlavor } from '../emulator.ts';

/** What decides which entities and fields a node knows. */
export interface NodeKind {
  readonly flavor: RouterFlavor;
  readonly edition: Edition;
  readonly version: string;
}

/** Whether the node is of this minor version (`3.11`) or a later one. */
export function isAtLeast({ version }: NodeKind, minor: string): boolean {
  const [major = 0, second = 0] = numbers(version);
  const [wantedMajor = 0, wantedSecond = 0] = numbers(minor);
  return major > wantedMajor || (major === wantedMajor && second >= wantedSecond);
}

const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10));
