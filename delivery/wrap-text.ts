const COLUMNS = 76;
/** Between words, not within a number of several groups. */
const BREAK = /(?<!\d) | (?!\d{3}(?!\d))/;

/** Lines of plain text: long ones are broken between words and go on under their first word; links stay whole. */
export function wrapText(text: string, columns = COLUMNS): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  // What a line begins with: spaces, `1. `, `- `, a column of words in capitals.
  const head = /^(?:\s*(?:\d+\.|-)?\s+|[A-Z]{3,}\s{2,})/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let current = head;
  for (const word of line.slice(head.length).split(BREAK)) {
    const isFresh = current.trim() === '' || current === head;
    if (!isFresh && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = isFresh ? `${current}${word}` : `${current} ${word}`;
  }
  return [...lines, current].join('\n');
}
