export { sleep, type Cancel, type Clock } from './clock.ts';
export { SystemClock } from './system-clock.ts';
export { SLICE_MS, TimeSlices } from './time-slices.ts';
export { VirtualClock } from './virtual-clock.ts';
