import { layoutIn } from './layout.ts';
import { settingsFile } from './settings-file.ts';

const SETTINGS = {
  layout: layoutIn('/tmp/a "quoted" place'),
  adminUrls: ['https://127.0.0.1:18444', 'https://127.0.0.1:19444'],
  caFile: '/pki/ca.crt',
  certFile: '/pki/controller.crt',
  keyFile: '/pki/controller.key',
  serverName: 'kong-admin.demo.test',
  healthPort: 18095,
};

test('the settings name every proxy, the identity and the folder', () => {
  const text = settingsFile({ ...SETTINGS, source: 'folder' });
  expect(text).toContain(String.raw`path: "/tmp/a \"quoted\" place/manifests"`);
  expect(text).toContain('            - https://127.0.0.1:18444\n            - https://127.0.0.1:19444\n');
  expect(text).toContain('serverName: kong-admin.demo.test\n');
  expect(text).toContain('address: 127.0.0.1:18095\n');
});

test('the settings name the kubeconfig in place of the folder where there is a cluster', () => {
  const text = settingsFile({ ...SETTINGS, source: 'cluster' });
  expect(text).toContain('  kubernetes:\n    kubeconfig: "/tmp/a \\"quoted\\" place/kubeconfig"\n');
  expect(text).toContain('status:\n  publishAddresses: [127.0.0.1]\n');
  expect(text).not.toContain('directory:');
});
