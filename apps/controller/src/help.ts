/** What stands below the list of commands in `silverback --help`. */
export const GENERAL_HELP = `
Examples:
  silverback check-config silverback.yaml          find every mistake in the settings
  silverback pki init --fleet edge                 make a CA and certificates for the Admin APIs
  silverback translate -f manifests                print the configuration that proxies would get
  silverback run --config silverback.yaml          keep all fleets up to date until SIGTERM

Environment:
  SILVERBACK_…   gives a setting, as in SILVERBACK_LOG_LEVEL=debug for log.level. A flag wins over a variable,
                 a variable over the file. "silverback run --help" lists them.

Output:
  stdout holds data only: the configuration, the version, and for "run" the log as JSON lines.
  stderr holds one line for each error: silverback: CODE: where: what is wrong (what to do)

Exit codes:
  0   fine, also after SIGTERM and SIGINT
  1   findings: resources have problems of severity error
  2   the command line is not understood
  3   the settings, or files that they name, can't be used
  70  a mistake in Silverback
`;
