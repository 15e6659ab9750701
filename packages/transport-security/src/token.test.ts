import { isSilverbackError } from '@silverback/errors';
import { assertTokenAllowed } from './index.ts';

test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', 'localhost'])(
  'a token may go over plain http to %s',
  (host) => {
    expect(refusal('http', host)).toBe('allowed');
  },
);

test.each(['10.0.0.1', '128.0.0.1', '::2', '0.0.0.0', '::', 'localhost.test', '127.0.0.1.test'])(
  'a token goes to %s over https only',
  (host) => {
    expect(refusal('https', host)).toBe('allowed');
    expect(refusal('http', host)).toBe('TokenOverPlainHttp');
  },
);

function refusal(protocol: 'https' | 'http', host: string): string {
  try {
    assertTokenAllowed(protocol, host);
  } catch (error) {
    if (isSilverbackError(error)) return error.code;
    throw error;
  }
  return 'allowed';
}
