import type { IncomingMessage, ServerResponse } from 'node:http';
import { receiveBody } from '../admin/body.ts';
import type { KongEmulator } from '../emulator.ts';
import { type Fault, isFaultType } from '../faults.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';

/** What the control port says and does besides the emulator's own methods. */
export interface Controlled extends KongEmulator {
  readonly state: 'running' | 'stopped';
  readonly faults: readonly Fault[];
  /** Resolves when the Admin API's port has followed the last change of faults. */
  readonly settled: Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const BODY_LIMIT = 65_536;

/** Handles requests to the control port, which stays up while the emulated node is stopped. */
export function controlHandler(emulator: Controlled) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, emulator)
      .catch((error: unknown): Answer => ({
        status: 500,
        body: { message: error instanceof Error ? error.message : 'unknown error' },
      }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(`${JSON.stringify(body)}\n`);
      })
      .catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
  };
}

async function answer(request: IncomingMessage, emulator: Controlled): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await receiveBody(request, BODY_LIMIT);
  const wipe = url.searchParams.get('wipe') === 'true';
  const [command = '', argument] = url.pathname.split('/').slice(1);
  switch (`${request.method ?? 'GET'} ${command}`) {
    case 'GET ':
      break;
    case 'GET pushes':
      return { status: 200, body: emulator.pushes };
    case 'POST stop':
      await emulator.stop();
      break;
    case 'POST start':
      await emulator.start({ wipe });
      break;
    case 'POST restart':
      await emulator.stop();
      await emulator.start({ wipe });
      break;
    case 'POST empty':
      emulator.empty();
      break;
    case 'POST fault':
      return addFault(emulator, argument, body.bytes.toString('utf8'));
    case 'DELETE fault':
      emulator.clearFaults();
      await emulator.settled;
      break;
    default:
      return { status: 404, body: { message: 'Not found' } };
  }
  return { status: 200, body: stateOf(emulator) };
}

async function addFault(emulator: Controlled, type: string | undefined, text: string): Promise<Answer> {
  const given = parse(text);
  const fault: JsonRecord | undefined = isRecord(given)
    ? { ...given, ...(type !== undefined && { type }) }
    : undefined;
  if (fault === undefined || typeof fault['type'] !== 'string' || !isFaultType(fault['type']))
    return { status: 400, body: { message: 'expected a fault: {"type":"hang"} or POST /fault/hang' } };
  if (fault['type'] === 'slow' && typeof fault['delayMs'] !== 'number')
    return { status: 400, body: { message: 'slow needs delayMs, in milliseconds' } };
  emulator.fault(fault as unknown as Fault);
  await emulator.settled;
  return { status: 200, body: stateOf(emulator) };
}

function parse(text: string): Json | undefined {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function stateOf(emulator: Controlled): object {
  return {
    name: emulator.name,
    state: emulator.state,
    faults: emulator.faults,
    configurationHash: emulator.configurationHash,
    pushes: emulator.pushes.length,
    requests: emulator.requests,
    urls: urlsOf(emulator),
  };
}

/** Where the emulator's listeners are. */
export function urlsOf(
  emulator: KongEmulator,
): Record<'admin' | 'proxy' | 'proxyTls' | 'status' | 'control', string> {
  return {
    admin: emulator.adminUrl,
    proxy: emulator.proxyUrl,
    proxyTls: emulator.proxyTlsUrl,
    status: emulator.statusUrl,
    control: emulator.controlUrl,
  };
}
