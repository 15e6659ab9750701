import { optionsFrom } from './options.ts';

test('without options everything has its default', () => {
  expect(optionsFrom([])).toEqual({
    ports: { admin: 0, proxy: 0, proxyTls: 0, status: 0, control: 0 },
    keepConfigurationOnRestart: true,
    applyDelay: { factor: 0 },
    workers: 2,
  });
});

test('options are taken over', () => {
  const args = [
    '--name=a',
    '--proxy-port=80',
    '--forget-on-restart',
    '--apply-delay=1.5',
    '--router-flavor=traditional',
    '--edition=enterprise',
    '--upstream-keepalive-pool-size=0',
  ];
  expect(optionsFrom(args)).toMatchObject({
    name: 'a',
    ports: { proxy: 80 },
    keepConfigurationOnRestart: false,
    applyDelay: { factor: 1.5 },
    routerFlavor: 'traditional',
    edition: 'enterprise',
    upstreamKeepalivePoolSize: 0,
  });
});

test.each([
  [['--client-ca', 'x'], '--admin-tls-cert, --admin-tls-key and --client-ca go together'],
  [['--admin-port', 'x'], '--admin-port needs a number'],
  [['--router-flavor', 'x'], '--router-flavor is one of'],
  [['--edition', 'x'], '--edition is one of'],
  [['--unheard-of'], '--unheard-of'],
])('%j is explained', (args, message) => {
  expect(() => optionsFrom(args)).toThrow(message);
});
