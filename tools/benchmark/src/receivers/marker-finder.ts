import type { Marker } from './protocol.ts';

/** Finds the number after a marker in a body that comes in pieces. */
export class MarkerFinder {
  readonly #marker: Marker;
  readonly #length: number;
  #tail: Buffer = Buffer.alloc(0);
  #number: number | undefined;

  constructor(marker: Marker) {
    this.#marker = marker;
    this.#length = marker.prefix.length + marker.digits;
  }

  /** The number after the first marker that was found. */
  get number(): number | undefined {
    return this.#number;
  }

  /** Looks into the next piece. */
  add(piece: Buffer): void {
    if (this.#number !== undefined) return;
    // The marker may stand across two pieces.
    const seam = Buffer.concat([this.#tail, piece.subarray(0, this.#length)]);
    this.#number = this.#find(seam) ?? this.#find(piece);
    this.#tail = Buffer.concat([this.#tail, piece.subarray(-this.#length)]).subarray(-this.#length);
  }

  #find(bytes: Buffer): number | undefined {
    const { prefix, digits } = this.#marker;
    const at = bytes.indexOf(prefix, 0, 'latin1');
    const text = at === -1 ? '' : bytes.toString('latin1', at + prefix.length, at + this.#length);
    return text.length === digits && /^\d+$/.test(text) ? Number(text) : undefined;
  }
}
