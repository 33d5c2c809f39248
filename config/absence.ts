import type { KeyPath } from './yaml-source.ts';

/** What people write for "there is none"; `key:` alone and `key: ""` are a key left out already. */
const WORDS = /^(?:none|null|nil|undefined|false|no|off|n\/?a|nothing|empty|~|-+)$/i;

/** Texts that name one thing, of which a word for "none" would be taken at its word. */
const TOP: readonly KeyPath[] = [
  ['defaultBot'],
  ['chromiumPath'],
  ['storage', 'databaseUrl'],
  ['storage', 'artifacts'],
  ['mail', 'smtpUrl'],
  ['mail', 'from'],
  ['mail', 'domain'],
  ['mail', 'recipients', 0],
  ['mail', 'sandbox'],
  ['server', 'baseUrl'],
  ['temporal', 'address'],
  ['temporal', 'namespace'],
  ['temporal', 'uiUrl'],
];
const OF_BOT: readonly KeyPath[] = [
  ['database'],
  ['mapping'],
  ['asOf'],
  ['timeZone'],
  ['quoteCurrency'],
  ['version'],
  ['exchanges', 0],
  ['atPar', 0],
  ['strategiesWithoutStop', 0],
];

export function isAbsence(literal: unknown): boolean {
  return literal === false || (typeof literal === 'string' && WORDS.test(literal.trim()));
}

/** How the absence of what stands at a key is written, as a sentence with a space before it. */
export function absenceHint(path: KeyPath): string {
  const [top, , key, inner] = path;
  if (top === 'bots') {
    if (key === 'sources' && inner === undefined)
      return ' Write each source by its name, such as sources: { database: none, snapshots: required }.';
    if (key === 'entities' && inner === undefined)
      return ' Write each entity by its name, such as entities: { state: none }.';
    if (key === 'sources' || key === 'entities') return ' Write none.';
    if (key === 'database' || key === 'mapping')
      return ' A bot without a database says so with sources: { database: none }; then this key is left out.';
    if (key === 'snapshots') return ' A bot without snapshots says so with sources: { snapshots: none }.';
    if (key === 'environment') return '';
  }
  return top === 'policy' ? ' Leave the key out for its default.' : ' Leave the key out instead.';
}

/** Keys whose text is a word for "none", in the values of a file. */
export function absences(
  file: Readonly<Record<string, unknown>>,
): readonly { readonly path: KeyPath; readonly word: string; readonly hint: string }[] {
  const { bots } = file;
  return [
    ...wordsAt(file, TOP, []),
    ...(isRecord(bots) ? Object.entries(bots) : []).flatMap(([name, bot]) =>
      wordsAt(bot, OF_BOT, ['bots', name]),
    ),
  ].map((found) => ({ ...found, hint: absenceHint(found.path) }));
}

function wordsAt(
  parent: unknown,
  paths: readonly KeyPath[],
  prefix: KeyPath,
): readonly { readonly path: KeyPath; readonly word: string }[] {
  return paths.flatMap((path) => {
    let value = parent;
    for (const step of path)
      value = isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[step] : undefined;
    return typeof value === 'string' && isAbsence(value)
      ? [{ path: [...prefix, ...path], word: value.trim() }]
      : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
