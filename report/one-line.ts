import { visibleText } from '../audit/visible-text.ts';

/** One line, at most `limit` characters; what was cut is said by an ellipsis. */
export function oneLine(text: string, limit = 240): string {
  const line = visibleText(text.slice(0, limit * 4)).replace(/\s*[\r\n\t]+\s*/g, ' ');
  const characters = Array.from(line);
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
