import type { SimulatedProxy } from '@silverback/fan-out/testing';
import { arrange, ingress } from './testing/fixtures.ts';

test('what a slow proxy accepts after another one had it held is served, and held no more', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['odd', 'slow']);
  const [odd, slow] = proxies as [SimulatedProxy, SimulatedProxy];
  setResources();
  await clock.advance(10_000);
  odd.behaviour.refuses = 'everything';
  slow.behaviour.refusesText = '"/bad"';
  slow.applyMs = 3_500;
  setResources(ingress('a', '/good'), ingress('b', '/bad'));
  await clock.advance(6_000);
  expect(fleet.report().held.map(({ root }) => root)).toContain('Ingress/shop/a');
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/b']);
  expect(slow.text).toContain('"/good"');
  await fleet.stop();
});
