import type { EntityRefusal, NodeInformation } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { ProxyMember } from '@silverback/discovery';
import type { Code } from '@silverback/errors';

/**
 * Where a proxy session stands.
 *
 * - `connecting`: no answer yet
 * - `in-sync`: the proxy reports the desired hash
 * - `pushing`: a configuration is under way, or its outcome is open
 * - `waiting`: reachable, but nothing may be sent right now (nothing desired yet, pacing, busy proxy, another replica leads)
 * - `rejected`: it refused the desired configuration, or has no room for it
 * - `contended`: something else keeps replacing the configuration, or several proxies answer
 * - `unreachable`: no usable answer
 * - `leaving`: it is going: what is under way is finished, nothing new is begun
 */
export type SessionState =
  'connecting' | 'in-sync' | 'pushing' | 'waiting' | 'rejected' | 'contended' | 'unreachable' | 'leaving';

/** Why a session is in its state: a code from the registry and a redacted message. */
export interface SessionReason {
  readonly code: Code;
  readonly message: string;
}

/** What became of one push. `unknown`: fully sent, and not known to have been applied or refused. */
export type PushResult =
  | { readonly result: 'accepted' | 'unchanged' }
  | {
      readonly result: 'refused';
      readonly refusals: readonly EntityRefusal[];
      readonly message: string;
      /** Where no entity is listed: Kong says that something is not unique, or refers to nothing. */
      readonly isContradiction?: true;
    }
  | { readonly result: 'too-large' | 'failed' | 'unknown'; readonly reason: SessionReason }
  | { readonly result: 'busy'; readonly reason: SessionReason; readonly retryAfterMs?: number };

/** Everything that sessions tell. Holds no secrets. */
export type FanOutEvent =
  | { readonly type: 'joined' | 'left'; readonly proxy: ProxyMember }
  | {
      readonly type: 'state-changed';
      readonly proxy: ProxyMember;
      readonly from: SessionState;
      readonly to: SessionState;
      readonly reason?: SessionReason;
    }
  | { readonly type: 'hash-reported'; readonly proxy: ProxyMember; readonly hash: string }
  | { readonly type: 'information-read'; readonly proxy: ProxyMember; readonly information: NodeInformation }
  | { readonly type: 'restarted'; readonly proxy: ProxyMember }
  | { readonly type: 'push-started'; readonly proxy: ProxyMember; readonly payload: Payload }
  | ({
      readonly type: 'pushed';
      readonly proxy: ProxyMember;
      readonly payload: Payload;
      /** From the start of the upload to the answer, in ms. */
      readonly durationMs: number;
    } & PushResult)
  | {
      /** The desired payload is 80 % or more of what the proxy takes, as far as that is known. */
      readonly type: 'size-near-limit';
      readonly proxy: ProxyMember;
      readonly bytes: number;
      readonly limitBytes: number;
    }
  | {
      readonly type: 'drifted';
      readonly proxy: ProxyMember;
      readonly expectedHash: string;
      readonly reportedHash: string;
      /** How long the repair waits, in ms. */
      readonly repairInMs: number;
    };

/** A session at one moment. */
export interface SessionSnapshot {
  readonly proxy: ProxyMember;
  readonly state: SessionState;
  readonly reason?: SessionReason;
  readonly desiredHash?: string;
  readonly reportedHash?: string;
  /** How long it has not held what it should, in ms; 0 when in sync. */
  readonly lagMs: number;
  readonly lastApplyMs?: number;
  readonly pushes: number;
  readonly information?: NodeInformation;
  /** Present while the desired payload is 80 % or more of the size that the proxy takes, as far as that is known; in bytes. */
  readonly sizeLimit?: number;
}
