import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { SilverbackError } from '@silverback/errors';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { createFleetPki } from '../pki/certificates.ts';
import { instructions } from '../pki/instructions.ts';
import { asFiles, asSecrets } from '../pki/output.ts';
import { writeNewFiles } from '../pki/write-new-files.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `silverback pki init`, as the command line gives them. */
export interface PkiInitOptions {
  readonly fleet: string;
  /** Directory to write to; `pki-<fleet>` unless given. */
  readonly out?: string;
  readonly serverName: readonly string[];
  readonly format: 'files' | 'secrets';
  readonly days: string;
  readonly caDays: string;
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOST_LABEL = '[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${HOST_LABEL}(\\.${HOST_LABEL})*$`);

/** Makes what a fleet needs for mutual TLS, writes it, and prints the settings that use it. */
export async function pkiInit(options: PkiInitOptions, terminal: Terminal): Promise<ExitCode> {
  const { fleet, serverName: serverNames } = options;
  if (!LABEL.test(fleet)) throw usage('--fleet must be a DNS label, such as edge');
  const wrong = serverNames.find((name) => !isServerName(name));
  if (wrong !== undefined) {
    throw usage('--server-name must be a host name or an IP address, without a port or brackets');
  }
  const days = wholeDays('--days', options.days);
  const caDays = wholeDays('--ca-days', options.caDays);
  if (days > caDays) throw usage('--days must not be more than --ca-days: a certificate ends with its CA');
  const directory = resolve(options.out ?? `pki-${fleet}`);
  const pki = await createFleetPki({ fleet, serverNames, days, caDays, now: new Date() });
  const output = options.format === 'files' ? asFiles(pki, directory) : asSecrets(fleet, pki, directory);
  const written = await writeNewFiles(directory, output.files);
  terminal.out(instructions(fleet, serverNames[0] ?? '', output, written));
  return EXIT_CODES.fine;
}

/** As `adminApi.tls.serverName` of the settings takes it. */
function isServerName(name: string): boolean {
  return isIP(name) !== 0 || (HOST_NAME.test(name) && !/(?:^|\.)\d+$/.test(name));
}

function wholeDays(flag: string, text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= 36_500) return days;
  throw usage(`${flag} must be a whole number of days from 1 to 36500`);
}

function usage(message: string): SilverbackError {
  return new SilverbackError('UsageMistake', { message });
}
