/** What an exchange does to a position, or threatens to, by the word of an event or an exit reason. */
export type ForcedWord = 'liquidation' | 'adl' | 'margin-call';

/**
 * The patterns are read by JavaScript and by PostgreSQL, over text in the normal form of the critical events: lower case,
 * words joined by `_`. No `(?:`, since a colon begins a parameter of a query.
 */
const NOUN =
  '([a-z]*liquidations?|liquidat(e|es|ing)|liq|adl|[a-z]*delever(age|aging)|margin_?calls?|bankruptcy)';
const HAPPENED = '([a-z]*liquidated|[a-z]*deleveraged|bankrupt|busted|margin_?called)';
const WATCHED =
  'px|buffer|check[a-z]*|distance|risk|ratio|levels?|thresholds?|estimat[a-z]*|calculat[a-z]*|guard[a-z]*|protect[a-z]*|prevent[a-z]*|avoid[a-z]*|averted|warn[a-z]*|monitor[a-z]*|watch[a-z]*|margin(?!_?call)|feed|stream|signals?|heatmap|map|clusters?|data|config|settings?|safe|ok|none|clear(ed)?|resolved|rank[a-z]*|quantile|indicator|queue|lights?';
const NOT = 'not|no|non|never|without|un';
const NOT_YET = `${NOT}|near|nearly|pre|before|approach[a-z]*|avoid[a-z]*|prevent[a-z]*|anti|distance_to|close_to|risk_of`;
const REACHED = '_(is_|was_)?(hit|reached|crossed|touched|breached)';
/** Words that speak of a price, a check or a danger: `liquidation_price_updated`, `near_liquidation`, `adl_rank`. */
const QUIET = [
  `(^|_)(${NOT})_?${HAPPENED}`,
  `(^|_)(${NOT_YET})_(a_|the_)?${NOUN}`,
  `^(check|calculate|estimate)[a-z]*_${NOUN}`,
  `(^|_)${NOUN}_(prices?(?!${REACHED})|${WATCHED})`,
  '(^|_)(low|thin)_liq',
  '(^|_)trade_bust(ed|s)?',
]
  .map((words) => `(${words}(?![a-z0-9]))`)
  .join('|');

const WORDS: readonly (readonly [ForcedWord, string])[] = [
  ['liquidation', 'liquidat|(^|_)liq(_|$)|bankrupt|(^|_)bust(ed|s)?(_|$)'],
  ['adl', '(^|_)adl(_|$)|delever'],
  ['margin-call', 'margin_?call'],
];
const ANY_WORD = WORDS.map(([, pattern]) => pattern).join('|');

const QUIET_PATTERN = new RegExp(QUIET, 'g');
const PATTERNS = WORDS.map(([kind, pattern]) => [kind, new RegExp(pattern)] as const);

/** The one judgement of these words, for events and exit reasons alike; null for every other word. */
export function forcedWord(word: string): ForcedWord | null {
  const told = word
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(QUIET_PATTERN, '_');
  return PATTERNS.find(([, pattern]) => pattern.test(told))?.[0] ?? null;
}

/** The same judgement as a condition in SQL; `type` is an expression in the normal form. */
export function forcedWordSql(type: string): string {
  return `(${type} ~ '${ANY_WORD}' and regexp_replace(${type}, '${QUIET}', '_', 'g') ~ '${ANY_WORD}')`;
}

/** What an exit reason of these words means: who closes on a margin call is the exchange. */
export function forcedExit(reason: string | null): 'liquidation' | 'adl' | null {
  const kind = forcedWord(reason ?? '');
  return kind === 'margin-call' ? 'liquidation' : kind;
}
