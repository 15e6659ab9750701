/**
 * A discovery backend of one's own: it asks an HTTP server for a list of proxies, now and then.
 *
 *     httpList: { url: http://registry.example/proxies, interval: 10s, serverName: kong-admin.kong.svc }
 *
 * The server answers with JSON: ["10.0.0.7:8444", "10.0.0.8:8444"].
 *
 * @typedef {import('@silverback/discovery').DiscoveryBackend<Settings>} Backend
 * @typedef {import('@silverback/discovery').MembershipSnapshot} Snapshot
 * @typedef {{ readonly url: string, readonly intervalMs: number, readonly serverName?: string }} Settings
 */

const name = 'httpList';
const ADDRESS = /^([A-Za-z0-9.-]+):(\d{1,5})$/;

/** Settings are checked before anything starts: every mistake is found, and nothing is thrown. */
function parseSettings(value) {
  const { url, interval = '10s', serverName, ...others } = value ?? {};
  const issues = Object.keys(others).map((path) => ({ path, message: `is not a setting of ${name}` }));
  if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    issues.push({ path: 'url', message: 'must be a URL that begins with http:// or https://' });
  }
  const seconds = /^(\d+)s$/.exec(interval)?.[1];
  if (seconds === undefined || Number(seconds) === 0) {
    issues.push({ path: 'interval', message: 'must be a number of seconds such as 10s' });
  }
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, settings: { url, intervalMs: Number(seconds) * 1000, serverName } };
}

class HttpListDiscovery {
  #settings;
  #clock;
  #protocol;
  #stopping = new AbortController();
  #cancel = () => undefined;
  /** The members of the last good answer: they are reported again while the server fails. */
  #members = [];
  #answeredAt;

  constructor(settings, { insecure }, { clock }) {
    this.#settings = settings;
    this.#clock = clock;
    this.#protocol = insecure ? 'http' : 'https';
  }

  /** The first report comes before this resolves. */
  async start(report) {
    report(await this.#ask());
    if (this.#stopping.signal.aborted) return;
    // The clock of the controller, so that tests need not wait.
    this.#cancel = this.#clock.schedule(this.#settings.intervalMs, () => this.start(report));
  }

  async stop() {
    this.#stopping.abort();
    this.#cancel();
  }

  /** Every report is the whole membership. */
  async #ask() {
    try {
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(5000)]);
      const response = await fetch(this.#settings.url, { signal });
      if (!response.ok) throw new Error(`the server answers ${response.status}`);
      this.#members = (await response.json()).map((address) => this.#memberOf(address));
      this.#answeredAt = this.#clock.now();
      return this.#report({ state: 'ok' });
    } catch (error) {
      return this.#report({ state: 'failing', code: 'HttpListFailed', message: error.message });
    }
  }

  #report(health) {
    return { origin: name, members: this.#members, health, answeredAt: this.#answeredAt };
  }

  #memberOf(address) {
    const [, host, port] = ADDRESS.exec(address) ?? [];
    if (host === undefined) throw new Error(`${address} is not host:port`);
    const { serverName } = this.#settings;
    return {
      key: address,
      name: address,
      protocol: this.#protocol,
      host,
      port: Number(port),
      origin: name,
      // Which certificate is right is said by the settings, never by the list.
      ...(serverName && { serverName }),
    };
  }
}

/** @type {Backend} */
export default {
  name,
  parseSettings,
  create: (settings, context, services) => new HttpListDiscovery(settings, context, services),
};
