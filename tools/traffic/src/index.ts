export { casesOf, type ProxyWish, type TrafficCase, type TrafficRequest } from './traffic-case.ts';
export { emulatedProxy, realProxy, type Proxy, type ProxyUrls } from './proxy.ts';
export { runCase } from './run-case.ts';
export { startScenery, type Scenery } from './scenery.ts';
export { translated, type Translated } from './translated.ts';
