import { isSilverbackError, SilverbackError } from '@silverback/errors';
import { makeRequest, type DnsMessage, type QuestionType } from './dns-message.ts';
import { askOverTcp, askOverUdp, type ExchangeLimits } from './exchange.ts';
import type { ResolverAddress } from './resolv-conf.ts';

/** What a {@link DnsClient} asks, and how often. */
export interface DnsClientOptions extends ExchangeLimits {
  /** In the order in which they are asked; at least one. */
  readonly resolvers: readonly ResolverAddress[];
  /** How often each resolver is asked before the lookup fails. */
  readonly attempts: number;
}

/** Asks DNS servers: over UDP, and over TCP what is too long for that. */
export class DnsClient {
  readonly #options: DnsClientOptions;

  constructor(options: DnsClientOptions) {
    this.#options = options;
  }

  /**
   * Asks one resolver after the other until one answers.
   *
   * @param name - absolute, without the final dot
   * @returns the answer, which may hold no records
   * @throws SilverbackError `DnsNameNotFound`, `DnsNameRefused` if no resolver had anything else to say, or why the
   * last of the others had no answer
   */
  async query(name: string, type: QuestionType): Promise<DnsMessage> {
    const { resolvers, attempts, signal } = this.#options;
    const tries = Array.from({ length: attempts }, () => resolvers).flat();
    let failure: unknown;
    for (const resolver of tries) {
      try {
        return await this.#ask(resolver, name, type);
      } catch (error) {
        if (signal.aborted || isSilverbackError(error, 'DnsNameNotFound')) throw error;
        if (failure === undefined || !isSilverbackError(error, 'DnsNameRefused')) failure = error;
      }
    }
    throw failure;
  }

  async #ask(resolver: ResolverAddress, name: string, type: QuestionType): Promise<DnsMessage> {
    const request = makeRequest(name, type);
    const short = await askOverUdp(request, resolver, this.#options);
    const answer = short.truncated ? await askOverTcp(request, resolver, this.#options) : short;
    if (answer.rcode === 'NOERROR') return answer;
    const where = `DNS server ${resolver.host} port ${resolver.port}`;
    if (answer.rcode === 'NXDOMAIN') {
      throw new SilverbackError('DnsNameNotFound', { where, message: `there is no name ${name}` });
    }
    const code = answer.rcode === 'REFUSED' ? 'DnsNameRefused' : 'DnsServerFailure';
    throw new SilverbackError(code, { where, message: `${answer.rcode} for ${name} ${type}` });
  }
}
