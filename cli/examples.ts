import { wrapText } from '../delivery/wrap-text.ts';

/** `Examples:` below a command's options, each with what it does. */
export function examples(lines: readonly (readonly [command: string, what: string])[]): string {
  return `\nExamples:\n${lines.map(([command, what]) => `  $ production-audit ${command}\n${wrapText(`      ${what}`, 80)}`).join('\n')}`;
}
