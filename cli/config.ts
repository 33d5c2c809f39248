import type { Command } from 'commander';
import type { AuditConfig } from '../audit/configuration.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';

interface ConfigOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addConfigCommand(program: Command, context: CliContext): void {
  program
    .command('config')
    .description('Check the configuration and print what is in use, defaults included, without secrets.')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      examples([
        ['config', 'each mistake with its line, or everything in use'],
        ['config --config other.yaml', 'another file'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConfigOptions>();
      const { openConfig } = await import('./session.ts');
      const { redactedConfig } = await import('../config.ts');
      const { config, hasStore } = await openConfig(context, options, { needsStore: false });
      const all = redactedConfig(config);
      const shown = hasStore ? all : { ...all, storage: { artifacts: config.artifactDirectory } };
      if (!hasStore)
        remark(
          context,
          'storage.databaseUrl is left out and AUDIT_DATABASE_URL is not set: `run` and `up` use the store of the local stack, and its folder of artifacts unless the file names one.',
        );
      const { stringify } = await import('yaml');
      if (options.json === true) printJson(context, shown);
      else print(context, `# ${config.path}\n${securityLine(config.temporal)}${stringify(shown).trimEnd()}`);
    });
}

/** What of Temporal stands in no key of the file, as a comment; nothing without TLS. */
function securityLine({ security }: AuditConfig['temporal']): string {
  if (security.tls === false && security.apiKey === undefined) return '';
  const tls = `TLS ${security.tls === false ? 'off' : 'on'}`;
  return `# Temporal: ${tls}${security.apiKey === undefined ? '' : ', with an API key'} (variables TEMPORAL_*)\n`;
}
