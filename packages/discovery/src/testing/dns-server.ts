import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import dnsPacket, { type Answer, type Packet } from 'dns-packet';

/** One question that came. */
export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly over: 'udp' | 'tcp';
  readonly id: number;
  /** Sends something else than the answer, over UDP from this server's port or from another one. */
  readonly send: (bytes: Uint8Array, fromElsewhere?: boolean) => Promise<void>;
}

/** What an answer holds beside the question. */
export interface Reply {
  readonly answers?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  /** 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN. */
  readonly rcode?: number;
  readonly truncated?: boolean;
}

/** Answers a question, with bytes as they are, or not at all. */
export type Script = (
  asked: Asked,
) => Reply | Uint8Array | undefined | Promise<Reply | Uint8Array | undefined>;

/** A DNS server on UDP and TCP whose answers a test writes. */
export class ScriptedDnsServer {
  readonly asked: Asked[] = [];
  script: Script;
  /** How an answer over TCP, with its length in front, is cut into pieces; what is left out is never sent. */
  cut: (framed: Buffer) => readonly Buffer[] = (framed) => [framed];
  readonly #udp: Socket;
  readonly #tcp: Server;
  #waiting: (() => void)[] = [];

  private constructor(udp: Socket, tcp: Server, script: Script) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.script = script;
    udp.on('message', (bytes, from) => {
      void this.#answer(
        bytes,
        'udp',
        (reply) => {
          udp.send(reply, from.port, from.address);
        },
        from.port,
      );
    });
    tcp.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        void this.#answer(bytes.subarray(2), 'tcp', (reply) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(reply.length);
          void this.#sendInPieces(socket, Buffer.concat([length, reply]));
        });
      });
    });
  }

  /** @param host - a loopback address */
  static async start(script: Script, host = '127.0.0.1'): Promise<ScriptedDnsServer> {
    for (;;) {
      const tcp = createServer().listen(0, host);
      await once(tcp, 'listening');
      const udp = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      udp.bind((tcp.address() as AddressInfo).port, host);
      const [event] = await Promise.race([
        once(udp, 'listening').then(() => ['listening']),
        once(udp, 'error').then(() => ['error']),
      ]);
      if (event === 'listening') return new ScriptedDnsServer(udp, tcp, script);
      tcp.close();
    }
  }

  /** As settings name it. */
  get address(): string {
    const { address: host, port } = this.#udp.address();
    return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  }

  /** As `SRV kong/udp` for each question. */
  get log(): string[] {
    return this.asked.map(({ name, type, over }) => `${type} ${name}/${over}`);
  }

  /** Resolves once this many questions came since the start. */
  async until(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, 'close');
  }

  async #sendInPieces(socket: TcpSocket, framed: Buffer): Promise<void> {
    socket.setNoDelay();
    for (const piece of this.cut(framed)) {
      socket.write(piece);
      await nextTurn();
    }
    socket.end();
  }

  async #answer(
    bytes: Buffer,
    over: 'udp' | 'tcp',
    reply: (bytes: Uint8Array) => void,
    port = 0,
  ): Promise<void> {
    const { id = 0, questions = [] } = dnsPacket.decode(bytes);
    const { name = '', type = '' } = questions[0] ?? {};
    const asked: Asked = {
      name,
      type,
      over,
      id,
      send: async (packet, fromElsewhere = false) => {
        const socket = fromElsewhere ? createSocket('udp4') : this.#udp;
        await new Promise<void>((resolve) => {
          socket.send(packet, port, '127.0.0.1', () => {
            resolve();
          });
        });
        if (fromElsewhere) socket.close();
      },
    };
    this.asked.push(asked);
    for (const wake of this.#waiting.splice(0)) wake();
    const answer = await this.script(asked);
    if (answer) reply(answer instanceof Uint8Array ? answer : encodeReply(asked, answer));
  }
}

/** The bytes of an answer. */
export function encodeReply({ id, name, type }: Pick<Asked, 'id' | 'name' | 'type'>, reply: Reply): Buffer {
  const packet: Packet = {
    id,
    type: 'response',
    flags:
      dnsPacket.RECURSION_DESIRED |
      dnsPacket.RECURSION_AVAILABLE |
      (reply.rcode ?? 0) |
      (reply.truncated === true ? dnsPacket.TRUNCATED_RESPONSE : 0),
    questions: [{ name, type: type as 'A' }],
    answers: [...(reply.answers ?? [])],
    additionals: [...(reply.additionals ?? [])],
    authorities: [...(reply.authorities ?? [])],
  };
  return dnsPacket.encode(packet);
}

/** An SRV record. */
export function srv(name: string, target: string, port = 8444, ttl = 30): Answer {
  return { type: 'SRV', name, ttl, data: { target, port, priority: 0, weight: 1 } };
}

/** An address record of the family that fits. */
export function address(name: string, data: string, ttl = 30): Answer {
  return { type: data.includes(':') ? 'AAAA' : 'A', name, ttl, data };
}
