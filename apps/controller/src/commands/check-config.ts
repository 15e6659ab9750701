import { access, constants, stat } from 'node:fs/promises';
import { isSilverbackError, SilverbackError } from '@silverback/errors';
import { type FleetSettings, issueToError, type Settings } from '@silverback/settings';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { checkHeaders, checkIdentity } from '../fleet-access.ts';
import { reportError } from '../report-error.ts';
import { loadSettings } from '../settings-file.ts';
import type { Terminal } from '../terminal.ts';

/** Checks all that can be checked without a connection, and prints OK or every mistake. */
export async function checkConfig(file: string, terminal: Terminal): Promise<ExitCode> {
  const parsed = await loadSettings({ file, env: terminal.env });
  const mistakes = parsed.ok ? await findMistakes(parsed.settings, file) : parsed.issues.map(issueToError);
  for (const mistake of mistakes) reportError(mistake, terminal);
  if (mistakes.length > 0) return EXIT_CODES.settings;
  terminal.out('OK\n');
  return EXIT_CODES.fine;
}

async function findMistakes(settings: Settings, file: string): Promise<SilverbackError[]> {
  const fleets = await Promise.all(settings.fleets.map((fleet, index) => fleetMistakes(fleet, index, file)));
  return [...(await sourceMistakes(settings.source, file)), ...fleets.flat()];
}

async function sourceMistakes(
  { directory, kubernetes }: Settings['source'],
  file: string,
): Promise<SilverbackError[]> {
  if (directory !== undefined) return directoryMistakes(directory.path, file);
  const kubeconfig = kubernetes?.kubeconfig;
  if (kubeconfig === undefined || (await isReadable(kubeconfig))) return [];
  const message = `${kubeconfig} cannot be read`;
  return [new SilverbackError('SettingInvalid', { where: `${file}: source.kubernetes.kubeconfig`, message })];
}

async function directoryMistakes(path: string, file: string): Promise<SilverbackError[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return [];
  const message = `${path} is not a directory that can be read`;
  return [new SilverbackError('SettingInvalid', { where: `${file}: source.directory.path`, message })];
}

/** Files that can't be read, each; if there are none, what is wrong with their content. */
async function fleetMistakes(fleet: FleetSettings, index: number, file: string): Promise<SilverbackError[]> {
  const { tls, tokenFile, headers = {} } = fleet.adminApi;
  const files = {
    'tls.caFile': tls.caFile,
    'tls.certFile': tls.certFile,
    'tls.keyFile': tls.keyFile,
    tokenFile,
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`headers.${name}.file`, value.file]),
    ),
  };
  const unreadable: SilverbackError[] = [];
  for (const [setting, path] of Object.entries(files)) {
    if (path === undefined || (await isReadable(path))) continue;
    const where = `${file}: fleets[${index}].adminApi.${setting}`;
    unreadable.push(
      new SilverbackError('CredentialUnreadable', { where, message: `${path} cannot be read` }),
    );
  }
  if (unreadable.length > 0) return unreadable;
  const found = await Promise.all([
    mistakeOf(() => checkIdentity(fleet, new Date())),
    mistakeOf(() => checkHeaders(fleet, new Date())),
  ]);
  return found.flat();
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function mistakeOf(check: () => Promise<unknown>): Promise<SilverbackError[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (isSilverbackError(error)) return [error];
    throw error;
  }
}
