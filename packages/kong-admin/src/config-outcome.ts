import type { Clock } from '@silverback/clock';
import { isSilverbackError, SilverbackError } from '@silverback/errors';
import { isPage, type Answer } from './answer.ts';
import type { ConfigOutcome } from './contract.ts';
import { explainFailedAnswer, wordsOf } from './failed-answer.ts';
import { asObject, decodeJson } from './json-value.ts';
import { LARGE_ANSWER, readLargeRefusal, type DecodedRefusal } from './large-refusal.ts';
import { explainRequestError } from './request-error.ts';
import { isContradiction, readRefusalMessage, readRefusals } from './refusal.ts';

const longestRetryMs = 600_000;

/**
 * What an answer to `POST /config` other than 201 and 304 means.
 *
 * @throws SilverbackError for what is neither a refusal, nor too large, nor busy
 */
export async function readOutcome(answer: Answer, clock: Clock, address: string): Promise<ConfigOutcome> {
  switch (answer.status) {
    case 400:
      return readBadRequest(answer, address);
    case 413:
      return { type: 'too-large', limit: isOfKong(answer) ? 'lmdb' : 'body', message: wordsOf(answer) };
    case 429:
    case 503:
    case 504:
      return {
        type: 'busy',
        status: answer.status,
        ...retryAfter(answer.headers['retry-after'], clock),
        message: wordsOf(answer),
      };
    default:
      throw explainFailedAnswer(answer, address);
  }
}

/**
 * What the first lines of such an answer say, where its body could not be read to the end: the request is over.
 *
 * @param error - why it could not be read
 * @throws SilverbackError `AdminAnswerTooLarge`, `AdminAnswerIncomplete`
 */
export async function readCutOutcome(
  head: Omit<Answer, 'text'>,
  error: unknown,
  clock: Clock,
  address: string,
): Promise<ConfigOutcome> {
  const answer = { ...head, text: '' };
  if (answer.status === 413) return readOutcome(answer, clock, address);
  const isTooLong = isSilverbackError(error) && error.code === 'AdminAnswerTooLarge';
  if (isTooLong && answer.status === 400 && !isPage(answer)) {
    return { type: 'refused', refusals: [], message: `what it refuses is not read: ${error.message}` };
  }
  if (isTooLong) throw error;
  throw new SilverbackError('AdminAnswerIncomplete', {
    message: `the answer (status ${answer.status}) broke off or came too slowly`,
    where: address,
    cause: explainRequestError(error, address),
  });
}

async function readBadRequest(answer: Answer, address: string): Promise<ConfigOutcome> {
  const decoded = isPage(answer) ? undefined : await decode(answer.text);
  if (decoded === undefined) throw explainFailedAnswer(answer, address);
  const { refusals, rest, words } = decoded;
  if (isBodyLost(rest['message'])) {
    return {
      type: 'too-large',
      limit: 'body',
      message: 'Kong could not read the body: it is larger than nginx_admin_client_body_buffer_size',
    };
  }
  return {
    type: 'refused',
    refusals,
    message: readRefusalMessage(rest),
    ...(refusals.length === 0 && isContradiction(words) && { isContradiction: true }),
  };
}

async function decode(text: string): Promise<DecodedRefusal | undefined> {
  if (text.length > LARGE_ANSWER) return readLargeRefusal(text);
  const rest = asObject(decodeJson(text));
  return rest && { refusals: readRefusals(rest), rest, words: text };
}

/** Kong itself answers in JSON; nginx, and whatever stands in front of it, does not. */
function isOfKong(answer: Answer): boolean {
  return !isPage(answer) && asObject(decodeJson(answer.text)) !== undefined;
}

/**
 * Kong says this of an empty body. Ours never is: it was larger than the buffer in which Kong looks for it
 * (observed on Kong 3.9.3 with only `nginx_admin_client_max_body_size` raised).
 */
function isBodyLost(message: unknown): boolean {
  return message === 'expected a declarative configuration' || message === 'Cannot parse JSON body';
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), at most ten minutes; nothing for what is neither. */
function retryAfter(header: string | undefined, clock: Clock): { retryAfterMs?: number } {
  if (header === undefined) return {};
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.date().getTime();
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.min(Math.max(ms, 0), longestRetryMs) };
}
