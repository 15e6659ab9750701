import { SilverbackError, type Code } from '@silverback/errors';
import { isPage, textOfPage, type Answer } from './answer.ts';
import { asObject, asString, decodeJson } from './json-value.ts';
import { redact } from './redact.ts';

/** What nginx says in a 400, and what it means for the one who connects. */
const pages: readonly { readonly says: string; readonly code: Code; readonly message: string }[] = [
  {
    says: 'No required SSL certificate was sent',
    code: 'AdminAuthenticationFailed',
    message: 'the Admin API requires a client certificate, and none was sent',
  },
  {
    says: 'The SSL certificate error',
    code: 'AdminAuthenticationFailed',
    message: 'the Admin API does not trust the client certificate, or it is out of its time',
  },
  {
    says: 'The plain HTTP request was sent to HTTPS port',
    code: 'AdminPlainHttpOnTls',
    message: 'the port expects TLS',
  },
];

const statuses: Readonly<Record<number, { readonly code: Code; readonly message: string }>> = {
  401: {
    code: 'AdminAuthenticationFailed',
    message: 'the Admin API does not accept the token, or requires one',
  },
  403: { code: 'AdminForbidden', message: 'the token does not allow this' },
  404: { code: 'AdminApiNotFound', message: 'there is no Admin API at this address' },
  405: { code: 'AdminHasDatabase', message: 'the node takes no declarative configuration' },
  415: { code: 'AdminContentTypeRefused', message: 'the content type text/yaml was refused' },
};

/** Says what an answer means that is neither a result nor an outcome; Kong's own words are redacted. */
export function explainFailedAnswer(answer: Answer, address: string): SilverbackError {
  const { code, message } = classify(answer);
  const words = wordsOf(answer);
  const detail = words === '' ? `status ${answer.status}` : `status ${answer.status}: ${words}`;
  return new SilverbackError(code, { message: `${message} (${detail})`, where: address });
}

/** The answer's own words, redacted: the `message` of JSON, the title or text of a page. */
export function wordsOf(answer: Answer): string {
  const words = isPage(answer)
    ? textOfPage(answer.text)
    : (asString(asObject(decodeJson(answer.text))?.['message']) ?? '');
  return redact(words, 200);
}

function classify(answer: Answer): { readonly code: Code; readonly message: string } {
  const { status } = answer;
  if (status === 400 && isPage(answer)) {
    const page = pages.find(({ says }) => answer.text.includes(says));
    if (page !== undefined) return page;
  }
  const known = statuses[status];
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) return redirected(answer);
  if (status >= 500) return { code: 'AdminApiFailed', message: 'the Admin API failed' };
  return { code: 'AdminAnswerUnexpected', message: 'the answer has no meaning here' };
}

function redirected(answer: Answer): { readonly code: Code; readonly message: string } {
  const location = answer.headers.location ?? '';
  const target = URL.canParse(location) ? ` to ${redact(new URL(location).origin, 200)}` : '';
  return { code: 'AdminRedirected', message: `the answer is a redirect${target}, which is not followed` };
}
