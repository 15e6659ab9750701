import { X509Certificate } from 'node:crypto';
import { createTestCa, createTestPki } from './test-pki.ts';

test('the certificates chain to their CA, hold their names and match their keys', async () => {
  const pki = await createTestPki({ serverNames: ['kong.test', '127.0.0.1'], clientName: 'me' });
  const ca = new X509Certificate(pki.ca.certificate);
  const server = new X509Certificate(pki.server.certificate);
  const client = new X509Certificate(pki.client.certificate);
  expect(ca.ca).toBe(true);
  expect([server, client].map((one) => one.verify(ca.publicKey))).toEqual([true, true]);
  expect(server.verify(new X509Certificate(pki.otherCa.certificate).publicKey)).toBe(false);
  expect([server.checkHost('kong.test'), server.checkIP('127.0.0.1')]).toEqual(['kong.test', '127.0.0.1']);
  expect(server.checkHost('other.test')).toBeUndefined();
  expect(client.subject).toBe('CN=me');
});

test('a certificate can be expired or not yet valid', async () => {
  const { issueServer } = await createTestPki({ serverNames: ['a.test'] });
  const from = new Date('2030-01-01T00:00:00Z');
  const until = new Date('2031-01-01T00:00:00Z');
  const { certificate } = await issueServer(['a.test'], { notBefore: from, notAfter: until });
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  expect([validFromDate, validToDate]).toEqual([from, until]);
});

test('a client has the groups that it was given, and any name', async () => {
  const ca = await createTestCa('A CA');
  const { certificate } = await ca.issueClient({ name: 'system:serviceaccount:a,b', groups: ['x', 'y'] });
  expect(new X509Certificate(certificate).subject.split('\n')).toEqual([
    'CN=system:serviceaccount:a\\,b',
    'O=x',
    'O=y',
  ]);
});
