import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { TranslationContext } from '@silverback/translation';
import { emulatedProxy, type Proxy } from './proxy.ts';
import { translated } from './translated.ts';

const TOP = join(import.meta.dirname, '../../..');

interface Input {
  readonly name: string;
  readonly manifests: readonly object[];
  readonly settings: Partial<TranslationContext>;
}

/** The manifests of files: each file is a case, but a folder of an example is one. */
function inputsIn(folder: string, pattern: string, nameOf = (file: string): string => file): Input[] {
  const files = globSync(pattern, { cwd: folder }).sort();
  const groups = Map.groupBy(files, nameOf);
  return [...groups].map(([name, members]) => {
    const text = members.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n---\n');
    const [, options = '{}'] = /^# options: (.*)$/m.exec(text) ?? [];
    const { settings = {} } = JSON.parse(options) as Partial<Input>;
    return { name, settings, manifests: loadAll(text).filter((document) => document !== null) as object[] };
  });
}

const kicGolden = process.env['KIC_GOLDEN'];
const inputs = [
  ...inputsIn(join(TOP, 'examples'), '*/*.yaml', (file) => file.split('/')[0] ?? ''),
  ...inputsIn(join(TOP, 'packages/translation/src/golden'), '*.in.yaml'),
  ...(kicGolden === undefined ? [] : inputsIn(kicGolden, '*/in.yaml')),
];

const proxies = (['traditional_compatible', 'traditional', 'expressions'] as const).flatMap(
  (routerFlavor) => [
    { routerFlavor, version: '3.4.1', edition: 'community' as const },
    { routerFlavor, version: '3.9.1', edition: 'community' as const },
    { routerFlavor, version: '3.11.0.0-enterprise-edition', edition: 'enterprise' as const },
  ],
);

/** Plugins of Kong Enterprise are refused by others, with their name: such manifests are for Enterprise proxies. */
function isForEveryKong({ name }: Input): boolean {
  return !/enterprise|-ee\/|fallback-config-kong\//.test(name);
}

describe.each(proxies)('$routerFlavor, $version', ({ routerFlavor, version, edition }) => {
  let proxy: Proxy;

  beforeAll(async () => {
    proxy = await emulatedProxy(routerFlavor, { version, edition });
  });

  afterAll(() => proxy.close());

  const fitting = inputs.filter((input) => edition === 'enterprise' || isForEveryKong(input));

  test.each(fitting.map((input) => [input.name, input] as const))('takes %s', async (_name, input) => {
    const { configuration } = translated(input.manifests, proxy.facts, input.settings);
    const answer = proxy.load(configuration).catch((error: unknown) => String(error));
    expect(await answer).toBeUndefined();
  });
});
