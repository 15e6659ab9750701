import { SystemClock } from '@silverback/clock';
import type { Composition } from './container.ts';
import { CLOCK } from './tokens.ts';

export function registerClock(composition: Composition): void {
  composition.provide(CLOCK, () => new SystemClock());
}
