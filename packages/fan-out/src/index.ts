export type { EntityRefusal } from '@silverback/kong-admin';
export type { FanOutEvent, PushResult, SessionReason, SessionSnapshot, SessionState } from './events.ts';
export { FanOut, type FanOutOptions } from './fan-out.ts';
export { isEmptyHash } from './empty-hash.ts';
export type { PinnedFacts } from './pins.ts';
export { unsuitability } from './unsuitability.ts';
export { DEFAULT_TIMING, type FanOutTiming } from './timing.ts';
