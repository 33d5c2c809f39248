import type { Environment } from './environment.ts';

const INSTALLED = 'production-audit';
const IN_CLONE = 'npm run -s audit --';
/** Every command of the program; a test compares them. */
const COMMANDS = [
  ...['run', 'demo', 'up', 'down', 'list', 'show', 'deliveries', 'explain', 'render', 'verify', 'import'],
  ...[
    'mapping',
    'schedules',
    'watch',
    'purge',
    'purge-bot',
    'hold',
    'alerts',
    'ack',
    'init',
    'config',
    'doctor',
  ],
];
/** The command with one of its own commands behind it, as our hints write it; never the mere name. */
const COMMAND = new RegExp(`\\bproduction-audit(?= (?:${COMMANDS.join('|')})\\b)`, 'g');

/** What a person types here: the installed command, or npm's script where only the clone is. */
export function commandName(environment: Environment): string {
  return environment['AUDIT_CALLED_AS'] === INSTALLED ? INSTALLED : IN_CLONE;
}

/** Hints and examples so that they can be typed as they are printed. */
export function asTyped(text: string, environment: Environment): string {
  const name = commandName(environment);
  return name === INSTALLED ? text : text.replace(COMMAND, name);
}
