import { FragmentMap, type Fragment, type RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';

/** How many payloads are remembered by their hashes. */
const LIMIT = 1_000;

/** Since which composition a root has been there in the same form. */
interface Presence {
  readonly fragment: Fragment;
  readonly since: number;
}

/**
 * Which fragments every proxy of a group has confirmed. A composition has a sequence number, and a proxy has confirmed
 * everything up to the newest composition that it accepted or said to hold: so a root is confirmed where it has been
 * in all compositions since one that every proxy has confirmed.
 */
export class Confirmation {
  /** Of the roots that have come or changed since the first review. */
  readonly #presence = new Map<RootKey, Presence>();
  /** The composition of the first review. */
  #first: number | undefined;
  /** The newest composition with a payload, by the hash of the payload. */
  readonly #sequences = new Map<string, number>();
  /** By the key of the proxy. */
  readonly #confirmed = new Map<string, number>();
  /** What the newest composition had that was looked at. */
  #reviewed = FragmentMap.EMPTY;

  /** Takes note of a composition that is to be brought to the proxies. Cheap. */
  note({ sequence, payload }: Composition): void {
    this.#sequences.delete(payload.hash);
    this.#sequences.set(payload.hash, sequence);
    for (const oldest of this.#sequences.keys()) {
      if (this.#sequences.size <= LIMIT) break;
      this.#sequences.delete(oldest);
    }
  }

  /** Notes that a proxy has accepted a payload, or says that it holds it. */
  confirm(key: string, payloadHash: string): void {
    const sequence = this.#sequences.get(payloadHash);
    if (sequence === undefined) return;
    this.#confirmed.set(key, Math.max(sequence, this.#confirmed.get(key) ?? 0));
  }

  /** Forgets a proxy. */
  forget(key: string): void {
    this.#confirmed.delete(key);
  }

  /** The newest composition up to which all of these proxies have confirmed; 0 where one has confirmed nothing. */
  upTo(keys: readonly string[]): number {
    return Math.min(...keys.map((key) => this.#confirmed.get(key) ?? 0));
  }

  /**
   * Looks which roots the newest composition has in which form. What was composed in between may be passed over: a root
   * then counts as younger than it is, which only asks for a newer confirmation.
   */
  review({ sequence, fragments }: Composition): void {
    const before = this.#reviewed;
    this.#reviewed = fragments;
    this.#first ??= sequence;
    if (this.#first === sequence) return;
    for (const [root, fragment] of fragments.changesSince(before)) {
      if (fragment === undefined) this.#presence.delete(root);
      else {
        const known = this.#presenceOf(root, before);
        const isSame = known !== undefined && known.fragment.hash === fragment.hash;
        this.#presence.set(root, { fragment, since: isSame ? known.since : sequence });
      }
    }
  }

  #presenceOf(root: RootKey, reviewed: FragmentMap): Presence | undefined {
    const fragment = reviewed.get(root);
    return this.#presence.get(root) ?? (fragment && { fragment, since: this.#first ?? 0 });
  }

  /** The form in which a root is confirmed by proxies that have confirmed up to a composition; undefined if in none. */
  hashOf(root: RootKey, upTo: number): string | undefined {
    const presence = this.#presenceOf(root, this.#reviewed);
    return presence !== undefined && presence.since <= upTo ? presence.fragment.hash : undefined;
  }
}
