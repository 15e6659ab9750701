import { SilverbackError } from '@silverback/errors';
import { explainConnectionError } from '@silverback/transport-security';

/** undici's codes for answers that break HTTP. */
const unreadable = /^UND_ERR_(?:HEADERS_OVERFLOW|RES_)/;

/** What a request without an answer means: a connection that failed, or an answer that is not HTTP. */
export function explainRequestError(error: unknown, address: string): SilverbackError {
  const code = text(error, 'code');
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return clientClosed(address);
  if (text(error, 'name') === 'HTTPParserError' || unreadable.test(code)) {
    // Without the cause, which holds the bytes of the answer.
    return new SilverbackError('AdminAnswerUnreadable', {
      message: 'the answer is not HTTP/1.1',
      where: address,
    });
  }
  return explainConnectionError(error, address);
}

function text(error: unknown, property: 'code' | 'name'): string {
  const value: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : '';
}

export function clientClosed(address: string): SilverbackError {
  return new SilverbackError('AdminClientClosed', { message: 'the client is closed', where: address });
}

export function requestAborted(address: string): SilverbackError {
  return new SilverbackError('AdminRequestAborted', { message: 'the request was given up', where: address });
}

export function answerTimedOut(address: string, afterMs: number): SilverbackError {
  return new SilverbackError('AdminAnswerTimedOut', {
    message: `there was no complete answer after ${afterMs} ms`,
    where: address,
  });
}
