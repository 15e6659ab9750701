import { createHash } from 'node:crypto';
import { type JsonRecord, textOf } from '../json.ts';

/** A place to which a request can go. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /** The name that the target was given under. */
  readonly name: string;
}

interface Weighted {
  readonly peer: Peer;
  readonly weight: number;
  current: number;
}

/** Goes round the targets of one upstream by weight, spread evenly. */
export class Balancer {
  readonly #targets: Weighted[];

  constructor(targets: readonly JsonRecord[]) {
    this.#targets = targets
      .map((target) => ({
        peer: peerOf(textOf(target['target'])),
        weight: Number(target['weight'] ?? 100),
        current: 0,
      }))
      .filter(({ weight }) => weight > 0);
  }

  /**
   * The next target; nothing if there is none.
   * @param hashed chooses the target if it is given, always the same for the same text
   */
  next(hashed?: string): Peer | undefined {
    return hashed === undefined ? this.#nextInTurn() : this.#chosenBy(hashed);
  }

  #chosenBy(hashed: string): Peer | undefined {
    const total = this.#targets.reduce((sum, { weight }) => sum + weight, 0);
    let place = createHash('md5').update(hashed).digest().readUInt32BE(0) % Math.max(total, 1);
    return this.#targets.find(({ weight }) => (place -= weight) < 0)?.peer;
  }

  #nextInTurn(): Peer | undefined {
    let best: Weighted | undefined;
    let total = 0;
    for (const target of this.#targets) {
      target.current += target.weight;
      total += target.weight;
      if (best === undefined || target.current > best.current) best = target;
    }
    if (best) best.current -= total;
    return best?.peer;
  }
}

function peerOf(target: string): Peer {
  const [, name = target, port = '8000'] = /^(.*?)(?::(\d+))?$/.exec(target) ?? [];
  return { host: name.replace(/^\[(.*)\]$/, '$1'), port: Number(port), name };
}
