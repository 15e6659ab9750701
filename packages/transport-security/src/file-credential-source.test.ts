import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCredentialSource } from './index.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  await writeFile(path('ca.crt'), 'ca');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('reads what is configured, anew each time, and trims the token', async () => {
  await writeFile(path('tls.crt'), 'certificate');
  await writeFile(path('tls.key'), 'key');
  await writeFile(path('token'), ' s3cret\n');
  const source = new FileCredentialSource({
    caFile: path('ca.crt'),
    certFile: path('tls.crt'),
    keyFile: path('tls.key'),
    tokenFile: path('token'),
  });
  expect(await source.read()).toEqual({ ca: 'ca', certificate: 'certificate', key: 'key', token: 's3cret' });
  await writeFile(path('ca.crt'), 'new ca');
  expect((await source.read()).ca).toBe('new ca');
});

test('the values of further headers are read by their names, without the end of the line', async () => {
  await writeFile(path('key'), 'a b\n');
  const source = new FileCredentialSource({ headerFiles: { 'X-Gateway-Key': path('key') } });
  expect(await source.read()).toEqual({ headers: { 'X-Gateway-Key': 'a b' } });
  expect(source.description).toBe(`header X-Gateway-Key ${path('key')}`);
});

test('what is not configured is absent', async () => {
  const source = new FileCredentialSource({ caFile: path('ca.crt') });
  expect(await source.read()).toEqual({ ca: 'ca' });
  expect(source.description).toBe(`CA ${path('ca.crt')}`);
});

test('a file that cannot be read is named', async () => {
  const source = new FileCredentialSource({ caFile: path('ca.crt'), keyFile: path('gone') });
  await expect(source.read()).rejects.toMatchObject({ code: 'CredentialUnreadable', where: path('gone') });
});

test('a directory in the place of a file is named', async () => {
  const source = new FileCredentialSource({ caFile: folder });
  await expect(source.read()).rejects.toMatchObject({
    code: 'CredentialUnreadable',
    where: folder,
    message: 'the file cannot be read (EISDIR)',
  });
});

test.each(['', ' \n', 'two words', 'two\nlines', 'ünicode'])('the token %j is refused', async (token) => {
  await writeFile(path('token'), token);
  const source = new FileCredentialSource({ caFile: path('ca.crt'), tokenFile: path('token') });
  await expect(source.read()).rejects.toMatchObject({ code: 'TokenMalformed', where: path('token') });
});
