// DEL and C1: JSON itself does not escape them, and a terminal obeys them.
const RAW_IN_JSON = /[\u007f-\u009f]/g;

/** JSON that leaves the house: what JSON itself does not escape of them is written as \u00xx. */
export function escapedControls(json: string): string {
  return unicodeEscaped(json, RAW_IN_JSON);
}

/** The same JSON with these characters as \uXXXX. */
export function unicodeEscaped(json: string, escaped: RegExp): string {
  return json.replace(escaped, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
