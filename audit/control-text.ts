// C0 without tab and line ends, DEL, C1: a terminal obeys them, and none belongs into a text for people or programs.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const RAW_IN_JSON = /[\u007f-\u009f]/g;

/** Text that leaves the house, without ESC, BEL, DEL and their like, which data may hold. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** JSON that leaves the house: what JSON itself does not escape of them is written as \u00xx. */
export function escapedControls(json: string): string {
  return unicodeEscaped(json, RAW_IN_JSON);
}

/** The same JSON with these characters as \uXXXX. */
export function unicodeEscaped(json: string, escaped: RegExp): string {
  return json.replace(escaped, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
