import { maskSecrets } from './mask-secrets.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n';

test('private keys are masked, their certificates are not', () => {
  expect(maskSecrets({ certificates: [{ cert: 'PEM', key: PEM }] })).toEqual({
    certificates: [{ cert: 'PEM', key: '***' }],
  });
});

test('texts under the names of secrets are masked in the configuration of plugins, at any depth', () => {
  const config = {
    minute: 5,
    key_names: ['apikey'],
    redis: { host: 'redis', password: 'hunter2', port: 6379 },
    client_secret: ['hunter2'],
    auth: { api_key: 'hunter2', token: null },
  };
  expect(maskSecrets({ plugins: [{ name: 'x', config }] })).toEqual({
    plugins: [
      {
        name: 'x',
        config: {
          minute: 5,
          key_names: ['apikey'],
          redis: { host: 'redis', password: '***', port: 6379 },
          client_secret: ['***'],
          auth: { api_key: '***', token: null },
        },
      },
    ],
  });
});

test('outside of plugins nothing but private keys is masked', () => {
  const service = { name: 'secret', token: 'a-service-name', host: 'key' };
  expect(maskSecrets(service)).toEqual(service);
});
