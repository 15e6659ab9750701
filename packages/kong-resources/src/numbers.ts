import { z } from 'zod';

/** A whole number from `minimum` to `maximum`. */
export function integer(minimum: number, maximum: number): z.ZodInt {
  const error = `must be an integer from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A number from 0 to `maximum`. */
export function numberUpTo(maximum: number, unit: string): z.ZodNumber {
  const error = `must be ${unit} from 0 to ${maximum}`;
  return z.number({ error }).min(0, { error }).max(maximum, { error });
}

/** A port of a Service or of a proxy. */
export const port: z.ZodInt = integer(1, 65_535);
