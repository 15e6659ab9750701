import { SystemClock, TimeSlices } from '@silverback/clock';
import type { Composition } from './container.ts';
import { CLOCK, TIME_SLICES } from './tokens.ts';

export function registerClock(composition: Composition): void {
  composition.provide(CLOCK, () => new SystemClock());
  composition.provide(TIME_SLICES, (resolve) => new TimeSlices(resolve(CLOCK)));
}
