import fc from 'fast-check';
import { encodeReply, srv } from '../testing/dns-server.ts';
import { makeRequest, readAnswer } from './dns-message.ts';

test('ids differ and names are compared without case', () => {
  const ids = new Set(Array.from({ length: 50 }, () => makeRequest('kong.svc', 'SRV').id));
  expect(ids.size).toBeGreaterThan(40);
  const request = makeRequest('Kong.SVC', 'SRV');
  const reply = encodeReply({ id: request.id, name: 'KONG.svc', type: 'SRV' }, {});
  expect(readAnswer(reply, request)).toMatchObject({ rcode: 'NOERROR', answers: [] });
});

test('whatever bytes come, they are an answer or they are not', () => {
  const request = makeRequest('kong.svc', 'SRV');
  const good = encodeReply(
    { id: request.id, name: 'kong.svc', type: 'SRV' },
    { answers: [srv('kong.svc', 'a.kong.svc'), srv('kong.svc', 'b.kong.svc')] },
  );
  expect(readAnswer(good, request)?.answers).toHaveLength(2);
  const changes = fc.array(fc.tuple(fc.nat(good.length - 3), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(good.length), (changed, length) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changed) bytes.writeUInt8(value, 2 + at);
      for (const part of [bytes, bytes.subarray(0, length)]) {
        const answer = readAnswer(part, request);
        const records = [...(answer?.answers ?? []), ...(answer?.additionals ?? [])];
        expect(records.every(({ ttl }) => ttl >= 0 && ttl <= 0x7fffffff)).toBe(true);
        expect(records.every(({ name }) => name.length <= 255)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
