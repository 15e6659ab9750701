import { z } from 'zod';

/** A path in the file system. `format` tells {@link listScalars} and the reference what the text means. */
export const pathSchema = z.string().min(1, { error: 'must not be empty' }).meta({ format: 'path' });
