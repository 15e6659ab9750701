import { isSilverbackError } from '@silverback/errors';
import { BackendRegistry, staticBackend, type DiscoveryBackend, type MembershipSnapshot } from './index.ts';
import { secure as context, services } from './testing/services.ts';

const endpoints: DiscoveryBackend<string> = {
  name: 'endpoints',
  parseSettings: () => ({ ok: false, issues: [{ path: '', message: 'never good' }] }),
  create: () => staticBackend.create({ proxies: [] }, context, services()),
};
const registry = new BackendRegistry().register(staticBackend).register(endpoints);

test('an entry names one backend, which checks and creates', async () => {
  const parsed = registry.parseEntry({ static: { proxies: ['https://kong'] } }, context);
  if (!parsed.ok) throw new Error('the entry is good');
  const reports: MembershipSnapshot[] = [];
  await parsed.settings.create(services()).start((snapshot) => reports.push(snapshot));
  expect(parsed.settings.name).toBe('static');
  expect(reports[0]?.members.map(({ key }) => key)).toEqual(['kong:8444']);
});

test("a backend's mistakes stand under its name", () => {
  expect(registry.parseEntry({ static: { proxies: ['kong'] } }, context)).toEqual({
    ok: false,
    issues: [{ path: 'static.proxies[0]', message: 'must be a URL of the form https://host:port' }],
  });
  expect(registry.parseEntry({ endpoints: {} }, context)).toEqual({
    ok: false,
    issues: [{ path: 'endpoints', message: 'never good' }],
  });
});

test('an unknown backend is answered with the known ones', () => {
  expect(registry.parseEntry({ toString: {} }, context)).toEqual({
    ok: false,
    issues: [
      { path: 'toString', message: 'there is no such discovery backend; known are: endpoints, static' },
    ],
  });
});

test.each([undefined, null, 'static', ['static'], {}, { static: {}, endpoints: {} }])(
  '%j is not an entry',
  (entry) => {
    expect(registry.parseEntry(entry, context)).toEqual({
      ok: false,
      issues: [
        {
          path: '',
          message: 'must be an object with exactly one key, which names a backend: endpoints, static',
        },
      ],
    });
  },
);

test('a name is taken once', () => {
  let failure: unknown;
  try {
    new BackendRegistry().register(staticBackend).register(staticBackend);
  } catch (error) {
    failure = error;
  }
  expect(isSilverbackError(failure, 'DiscoveryBackendDuplicate')).toBe(true);
});
