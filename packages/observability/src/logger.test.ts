import { SilverbackError } from '@silverback/errors';
import fc from 'fast-check';
import { createLogger, type Logger, type LogLevel, redact } from './index.ts';

function loggerWithLines(level: LogLevel = 'trace'): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { logger: createLogger({ level, destination }), lines };
}

test('a line is a JSON object with level, time, message and fields', () => {
  const { logger, lines } = loggerWithLines();
  logger.with({ fleet: 'edge' }).log('info', 'the proxy joined', { proxy: '10.0.0.7:8444' });
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
      message: 'the proxy joined',
      fleet: 'edge',
      proxy: '10.0.0.7:8444',
    },
  ]);
});

test('what is less important than the level is not written', () => {
  const { logger, lines } = loggerWithLines('warn');
  logger.log('info', 'quiet');
  logger.log('error', 'loud');
  expect(lines.map((line) => line['message'])).toEqual(['loud']);
});

test('our errors show code, place and advice, others their stack', () => {
  const { logger, lines } = loggerWithLines();
  logger.log('error', 'failed', {
    error: new SilverbackError('SettingInvalid', { where: 'log.level', message: 'is wrong' }),
  });
  logger.log('error', 'failed', { error: new TypeError('is undefined') });
  expect(lines[0]?.['error']).toEqual({
    code: 'SettingInvalid',
    where: 'log.level',
    message: 'is wrong',
    advice: 'Correct the value.',
  });
  expect(lines[1]?.['error']).toMatchObject({
    type: 'TypeError',
    stack: expect.stringContaining('logger.test') as unknown,
  });
});

test('fields with the names of secrets are censored at any depth, however they are written', () => {
  const { logger, lines } = loggerWithLines();
  logger.log('info', 'event', {
    headers: [{ 'Kong-Admin-Token': 'hunter2', Authorization: 'hunter2' }],
    tls: { key: 'hunter2', privateKey: 'hunter2', client_secret: 'hunter2', name: 'kong' },
  });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0]?.['tls']).toMatchObject({ name: 'kong', key: '***' });
});

test('a private key within a text is censored, also one that is cut off', () => {
  const pem = '-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----';
  expect(redact({ message: `refused ${pem}!` })).toEqual({ message: 'refused ***!' });
  expect(redact('-----BEGIN PRIVATE KEY-----\nMIIEv')).toBe('***');
});

test('redaction keeps every JSON value that holds no secret', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, noUnicodeString: true }), (value) => {
      fc.pre(!/key|token|secret|pass|auth|cookie|__proto__/i.test(JSON.stringify(value)));
      expect(redact(value)).toEqual(value);
    }),
  );
});
