import { instructions } from './instructions.ts';

const PROXIES = [
  { name: 'a', http: 18000, https: 18443, control: 18101 },
  { name: 'b', http: 19000, https: 19443, control: 19101 },
];
const TEXT = instructions({
  proxies: PROXIES,
  manifests: '.silverback/demo/manifests',
  certificate: '.silverback/demo/shop.example.com.crt',
  healthPort: 18095,
}).join('\n');

test('the first line says that the proxies are emulated', () => {
  expect(TEXT.split('\n')[0]).toMatch(/EMULATED/);
});

test.each(PROXIES)('every command is there for proxy $name', ({ name, http, https, control }) => {
  expect(TEXT).toContain(
    `    ${name}  curl -i -H 'Host: shop.example.com' http://127.0.0.1:${http}/catalog\n`,
  );
  expect(TEXT).toContain(
    `curl -i --cacert .silverback/demo/shop.example.com.crt --resolve shop.example.com:${https}:127.0.0.1 ` +
      `https://shop.example.com:${https}/checkout\n`,
  );
  expect(TEXT).toContain(`http://127.0.0.1:${http}/returns\n`);
  for (const path of ['/empty', '/stop', '/restart?wipe=true'])
    expect(TEXT).toContain(`http://127.0.0.1:${control}${path}`);
});

test('the folder to edit is named', () => {
  expect(TEXT).toContain('each start:\n  .silverback/demo/manifests\n');
});

test('with a cluster, commands of kubectl are there in place of the folder alone', () => {
  const text = instructions({
    proxies: PROXIES,
    manifests: '.silverback/demo/manifests',
    certificate: 'shop.crt',
    healthPort: 18095,
    kubeconfig: '.silverback/demo/kubeconfig',
  }).join('\n');
  expect(text).toMatch(/API server is EMULATED/);
  for (const words of [
    '-n shop get ingresses,services',
    '-n shop get kongplugins,ingresses',
    '-n shop get events',
    'apply --server-side -f .silverback/demo/manifests/maintenance.yaml',
    '-n shop delete ingress returns',
  ])
    expect(text).toContain(`  kubectl --kubeconfig .silverback/demo/kubeconfig ${words}`);
});
