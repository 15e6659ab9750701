import type { Stage } from '../stage.ts';
import { problemText } from '../table.ts';
import { until, Unmet } from '../until.ts';
import { awaitEverywhere, expectEverywhere, expectWhile } from './data-plane.ts';
import { addManifest, editManifest, removeManifest } from './edit.ts';
import { allInSync, noProblems, problemThat, pushCounts } from './fleet-state.ts';
import type { Check } from './runner.ts';

const SHOP = 'shop.example.com';
const RETURNS = { request: { host: SHOP, path: '/returns' }, status: 503, body: 'Returns are closed' };
const CATALOG = { request: { host: SHOP, path: '/catalog' }, status: 200 };
const GIFT_CARDS = { request: { host: SHOP, path: '/gift-cards' } };
const ACCEPTED = 'status_code: 503';
const REFUSED = 'status_code: 9999';

/** What happens when an edit can't be used. */
export function refusingChecks(stage: Stage): Check[] {
  return [
    {
      name: 'a plugin that Kong refuses is named; its route keeps its last accepted form',
      run: () => refusedEdit(stage),
    },
    { name: 'other edits go on meanwhile', run: () => editBesideRefusal(stage) },
    {
      name: 'a new route whose plugin Kong refuses is not served without it',
      run: () => refusedNewRoute(stage),
    },
    { name: 'the next edit mends it', run: () => mend(stage) },
    // A cluster takes nothing that is not YAML.
    ...(stage.cluster ? [] : [malformedFileCheck(stage)]),
  ];
}

function malformedFileCheck(stage: Stage): Check {
  return {
    name: 'a file that is not YAML is reported with its line and changes nothing',
    run: () => malformedFile(stage),
  };
}

async function refusedEdit(stage: Stage): Promise<string> {
  let named = '';
  const answers = await expectWhile(stage, RETURNS, async () => {
    await editManifest(stage, 'maintenance.yaml', ACCEPTED, REFUSED);
    named = problemText(
      await until('a problem with KongPlugin/shop/maintenance', () => pluginProblem(stage, 'maintenance')),
    );
    await until('three proxies in sync', () => allInSync(stage));
    await expectEverywhere(stage, CATALOG);
  });
  return `${named} (${answers} requests to the route meanwhile, none past the plugin)`;
}

function pluginProblem(stage: Stage, name: string): ReturnType<typeof problemThat> {
  return problemThat(stage, ({ resource }) => resource?.kind === 'KongPlugin' && resource.name === name);
}

async function editBesideRefusal(stage: Stage): Promise<string> {
  const saved = await editManifest(stage, 'api-ingress.yaml', 'path: /v1/orders', 'path: /v2/orders');
  await awaitEverywhere(stage, { request: { host: 'api.example.com', path: '/v2/orders' }, status: 200 });
  const ms = Math.round(performance.now() - saved);
  await expectEverywhere(stage, RETURNS);
  return `live everywhere after ${ms} ms`;
}

async function refusedNewRoute(stage: Stage): Promise<string> {
  const answers = await expectWhile(stage, { ...GIFT_CARDS, status: 404 }, async () => {
    await addManifest(stage, 'gift-cards.yaml', GIFT_CARDS_MANIFEST);
    await until('a problem with KongPlugin/shop/gift-cards', () => pluginProblem(stage, 'gift-cards'));
    await until('three proxies in sync', () => allInSync(stage));
    await expectEverywhere(stage, CATALOG);
  });
  return `${answers} requests to the route meanwhile, none served`;
}

async function mend(stage: Stage): Promise<string> {
  await editManifest(stage, 'maintenance.yaml', REFUSED, ACCEPTED);
  await editManifest(stage, 'maintenance.yaml', 'come back tomorrow', 'come back on Monday');
  await editManifest(stage, 'gift-cards.yaml', REFUSED, 'status_code: 410');
  await awaitEverywhere(stage, { ...RETURNS, body: 'come back on Monday' });
  await awaitEverywhere(stage, { ...GIFT_CARDS, status: 410 });
  await until('no problems', () => noProblems(stage));
  await removeManifest(stage, 'gift-cards.yaml');
  await awaitEverywhere(stage, { ...GIFT_CARDS, status: 404 });
  return `hash ${await until('three proxies in sync', () => allInSync(stage))}`;
}

async function malformedFile(stage: Stage): Promise<string> {
  const hash = await until('three proxies in sync', () => allInSync(stage));
  const pushes = await pushCounts(stage);
  await editManifest(stage, 'catalog.yaml', 'spec:', 'spec: [');
  const problem = await until('a problem with a line of catalog.yaml', () =>
    problemThat(stage, ({ location }) => location?.file.endsWith('catalog.yaml') === true),
  );
  const after = await until('three proxies in sync', () => allInSync(stage));
  if (after !== hash) throw new Unmet(`hash ${hash}, as before`, after);
  await expectEverywhere(stage, CATALOG);
  await editManifest(stage, 'catalog.yaml', 'spec: [', 'spec:');
  await until('no problems', () => noProblems(stage));
  const counts = await pushCounts(stage);
  if (counts.join() !== pushes.join())
    throw new Unmet(`${pushes.join(', ')} pushes, as before`, counts.join(', '));
  return problemText(problem);
}

const GIFT_CARDS_MANIFEST = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: gift-cards
  namespace: shop
  annotations:
    konghq.com/plugins: gift-cards
spec:
  ingressClassName: kong
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /gift-cards
            pathType: Prefix
            backend:
              service:
                name: checkout
                port:
                  name: web
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: gift-cards
  namespace: shop
plugin: request-termination
config:
  ${REFUSED}
`;
