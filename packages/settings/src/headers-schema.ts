import { z } from 'zod';
import { pathSchema } from './path-schema.ts';

/** A token of RFC 9110, 5.6.2, as names of headers in use are: a letter first. */
const NAME = /^[A-Za-z][-A-Za-z0-9_.]{0,99}$/;

/**
 * Headers that frame a message, belong to one connection (RFC 9110, 7.6.1), or that the client sets itself. Whoever
 * could set them could end a request early and begin another one in its body.
 */
const RESERVED =
  /^(?:content-.*|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|kong-admin-token)$/i;

const fileSchema = z.strictObject({ file: pathSchema.describe('File with the value of the header.') });

/** Further headers of a fleet's requests: by name, each with the file that holds its value, because values are secret. */
export const headersSchema = z.record(z.string(), fileSchema).superRefine((headers, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(headers)) {
    const message = mistakeOf(name, seen);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    seen.add(name.toLowerCase());
  }
});

function mistakeOf(name: string, before: ReadonlySet<string>): string | undefined {
  if (!NAME.test(name)) return 'must be the name of a header, such as X-Gateway-Key';
  if (/^kong-admin-token$/i.test(name)) return 'is what tokenFile is for';
  if (RESERVED.test(name)) return 'must not be set: it belongs to the connection or to the body';
  return before.has(name.toLowerCase()) ? 'is given twice; names of headers have no case' : undefined;
}
