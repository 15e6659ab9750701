import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { ClusterEmulator } from './cluster-emulator.ts';
import { kongDefinitions } from './kinds/kong-definitions.ts';

/** The manifests behind a path: the file, or the YAML files of the folder and its folders. */
function manifestsAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function run(words: readonly string[]): Promise<void> {
  const { options, kubeconfig, manifests, withKong } = readArguments(words);
  const emulator = new ClusterEmulator(options);
  if (withKong) emulator.objects.load(kongDefinitions());
  for (const file of manifests.flatMap(manifestsAt)) emulator.loadYaml(readFileSync(file, 'utf8'));
  await emulator.start();
  if (kubeconfig !== undefined) writeFileSync(kubeconfig, emulator.kubeconfig(), { mode: 0o600 });
  const end = (): void => {
    void emulator.close();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`${JSON.stringify({ name: 'cluster-emulator', url: emulator.url, kubeconfig })}\n`);
}

if (process.argv.includes('--help')) {
  process.stdout.write(USAGE);
} else {
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 1;
  }
}
