/** Length of the first payload, which connects everything and is not measured. */
export const SMALL_BYTES = 4_096;

/** Rest between the first payload and the one that is measured: longer than our code paces a proxy for a small one. */
export const SETTLE_MS = 1_000;
