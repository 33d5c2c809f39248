const KEY =
  'bot|kind|from|to|last|shift|date|day|week|month|quarter|sinceHours|strategy|symbols|deliver|groups';
const OBJECT = /\{(?:"\w+": (?:"[^"{}]*"|\["[^"{}\]]*"\]|\d+|true|false)(?:, )?)+\}/g;
/** Keys whose option has another name. */
const NAMED: Readonly<Record<string, string>> = { groups: 'deliver-to', sinceHours: 'since-hours' };
const QUOTED_KEY = new RegExp(`"(${KEY})"(?=[ ,;.]|$)`, 'g');

/**
 * A sentence about the workflow's input in the words of the command line: `write {"last": "8h"}` becomes
 * `write --last 8h`, and the key `"last"` the option `--last`.
 */
export function inOptions(message: string): string {
  return message.replaceAll(OBJECT, optionsOf).replaceAll(QUOTED_KEY, (_match, key: string) => option(key));
}

function optionsOf(json: string): string {
  const input = JSON.parse(json) as Readonly<Record<string, string | number | boolean | readonly string[]>>;
  return Object.entries(input)
    .filter(([, value]) => value !== false)
    .map(([key, value]) => (value === true ? option(key) : `${option(key)} ${String(value)}`))
    .join(' ');
}

function option(key: string): string {
  return `--${NAMED[key] ?? key}`;
}
