import type { KeyPath, YamlSource } from './yaml-source.ts';

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

/** Keys whose text is a word for "none". */
export function absences(
  source: YamlSource,
  bots: readonly string[],
): readonly { readonly path: KeyPath; readonly word: string; readonly hint: string }[] {
  const paths = [...TOP, ...bots.flatMap((bot) => OF_BOT.map((path) => ['bots', bot, ...path]))];
  return paths.flatMap((path) => {
    const literal = source.literal(path);
    if (typeof literal !== 'string' || !isAbsence(literal)) return [];
    return [{ path, word: literal.trim(), hint: absenceHint(path) }];
  });
}
