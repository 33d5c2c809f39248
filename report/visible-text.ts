// Cc without tab and line ends, and the marks that reorder or hide text (bidi controls, zero-width, interlinear, tags).
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufff9-\ufffb\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text from data as it may be shown: well formed, nothing hidden in it, nothing that turns its neighbours round. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(HIDDEN, '\ufffd');
}

/** One line, at most `limit` characters; what was cut is said by an ellipsis. */
export function oneLine(text: string, limit = 240): string {
  const line = visibleText(text.slice(0, limit * 4)).replace(/\s*[\r\n\t\u0085]+\s*/g, ' ');
  const characters = Array.from(line);
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
