import { compareAnswers } from './compare.ts';
import type { Proxy } from './proxy.ts';
import type { Scenery } from './scenery.ts';
import type { Answer } from './send.ts';
import type { TrafficCase, TrafficRequest } from './traffic-case.ts';
import { translated } from './translated.ts';

/**
 * Translates the manifests of a case for a proxy, loads the result and sends the requests.
 *
 * @returns what is not as the case says; nothing if all is well
 * @throws Error if the proxy refuses the configuration
 */
export async function runCase(trafficCase: TrafficCase, proxy: Proxy, scenery: Scenery): Promise<string[]> {
  const manifests = await scenery.furnish(trafficCase.manifests);
  const { configuration, problems } = translated(manifests, proxy.facts, trafficCase.settings);
  await proxy.load(configuration);
  const mistakes =
    JSON.stringify(problems) === JSON.stringify([...trafficCase.problems].sort())
      ? []
      : [`problems: ${problems.join(', ')}`];
  for (const request of trafficCase.requests) {
    const answers: Answer[] = [];
    for (let sent = 0; sent < request.times; sent += 1) answers.push(await sendTo(proxy, request));
    const wrong = compareAnswers(request, answers);
    mistakes.push(...wrong.map((text) => `${request.method} ${request.url}: ${text}`));
  }
  return mistakes;
}

const URL_PARTS = /^(https?):\/\/([^/]*)(\/.*)$/;

function sendTo(proxy: Proxy, { method, url, with: headers, sni }: TrafficRequest): Promise<Answer> {
  const [, scheme, host = '', path = '/'] = URL_PARTS.exec(url) ?? [];
  const serverName = sni === 'none' ? '' : (sni ?? host.replace(/:\d+$/, ''));
  const question = { method, path, headers: { host, ...headers }, serverName };
  return proxy.send(scheme === 'https' ? 'https' : 'http', question);
}
