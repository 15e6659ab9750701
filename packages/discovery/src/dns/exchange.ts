import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Clock } from '@silverback/clock';
import { type Code, SilverbackError } from '@silverback/errors';
import { readAnswer, type DnsMessage, type DnsRequest } from './dns-message.ts';
import type { ResolverAddress } from './resolv-conf.ts';

/** How long an exchange may take, and what ends it. */
export interface ExchangeLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface Settle {
  readonly done: (answer: DnsMessage) => void;
  readonly fail: (code: Code, reason: string, cause?: unknown) => void;
}

/** What an exchange that is under way can be asked. */
interface Running {
  readonly close: () => void;
  /** What was seen so far, for the message of a timeout; empty for nothing. */
  readonly seen: () => string;
}

/**
 * Asks over UDP, from a port that the system draws. The socket is connected, so that packets from elsewhere do not
 * reach it; what comes from the server and is no answer to this question is ignored too.
 *
 * @throws SilverbackError `DnsTimeout`, `DnsUnreachable`
 */
export function askOverUdp(
  request: DnsRequest,
  resolver: ResolverAddress,
  limits: ExchangeLimits,
): Promise<DnsMessage> {
  return exchange(resolver, limits, ({ done, fail }) => {
    let ignored = 0;
    const socket = createSocket(isIPv6(resolver.host) ? 'udp6' : 'udp4');
    socket.on('error', (error) => {
      fail('DnsUnreachable', reasonOf(error), error);
    });
    socket.on('message', (bytes) => {
      const answer = readAnswer(bytes, request);
      if (answer) done(answer);
      else ignored += 1;
    });
    socket.connect(resolver.port, resolver.host, (error?: Error) => {
      if (error) fail('DnsUnreachable', reasonOf(error), error);
      else socket.send(request.bytes);
    });
    return {
      close: () => socket.close(),
      seen: () => (ignored === 0 ? '' : `; ${ignored} packets did not fit the question`),
    };
  });
}

/**
 * Asks over TCP, which has room for 64 KiB.
 *
 * @throws SilverbackError `DnsTimeout`, `DnsUnreachable`, `DnsAnswerInvalid`
 */
export function askOverTcp(
  request: DnsRequest,
  resolver: ResolverAddress,
  limits: ExchangeLimits,
): Promise<DnsMessage> {
  return exchange(resolver, limits, ({ done, fail }) => {
    let received = Buffer.alloc(0);
    const socket = connect(resolver);
    socket.on('error', (error) => {
      fail('DnsUnreachable', reasonOf(error), error);
    });
    socket.on('close', () => {
      fail('DnsAnswerInvalid', 'the connection ended within the answer');
    });
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      // Two bytes of length stand before the message (RFC 1035, 4.2.2).
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const answer = readAnswer(received.subarray(2, 2 + received.readUInt16BE(0)), request);
      if (answer && !answer.truncated) done(answer);
      else fail('DnsAnswerInvalid', answer ? 'truncated over TCP too' : 'does not fit the question');
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(request.bytes.length);
    socket.write(Buffer.concat([length, request.bytes]));
    return { close: () => socket.destroy(), seen: () => '' };
  });
}

function exchange(
  resolver: ResolverAddress,
  { clock, timeoutMs, signal }: ExchangeLimits,
  begin: (settle: Settle) => Running,
): Promise<DnsMessage> {
  const where = `DNS server ${resolver.host} port ${resolver.port}`;
  const { promise, resolve, reject } = Promise.withResolvers<DnsMessage>();
  const fail: Settle['fail'] = (code, message, cause) => {
    reject(new SilverbackError(code, { where, message, cause }));
  };
  const running = begin({ done: resolve, fail });
  const cancel = clock.schedule(timeoutMs, () => {
    fail('DnsTimeout', `no answer within ${timeoutMs} ms${running.seen()}`);
  });
  const abort = (): void => {
    fail('DnsTimeout', 'the lookup was given up');
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', abort);
    running.close();
  });
}

function reasonOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
