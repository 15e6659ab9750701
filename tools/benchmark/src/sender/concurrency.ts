import { DEFAULT_TIMING } from '@silverback/fan-out';

/** Uploads at a time, of both senders. */
export const UPLOADS = DEFAULT_TIMING.uploads;
