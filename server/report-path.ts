import type { Window } from '../audit/evidence.ts';
import { FORMATS, type Format } from '../audit/formats.ts';

/** What a request asks for. Paths become keys of the store, never paths of a file system. */
export type Route =
  | { readonly page: 'index' | 'health' | 'ready' }
  | {
      /** The list of one bot's reports. */
      readonly page: 'bot';
      readonly bot: string;
    }
  | {
      /** The newest report of a bot, or of one of its kinds. */
      readonly page: 'latest';
      readonly bot: string;
      readonly kind: string | null;
      /** A format's id; null: the one for people. */
      readonly file: string | null;
    }
  | ({
      readonly page: 'file';
      /** A format's id or `data/<name>`: the key under which the archive holds it. */
      readonly file: string;
    } & Revision)
  | ({
      /** The run that gave it. */
      readonly page: 'run';
    } & Revision);

/** A report, or one of its revisions. */
export interface Revision {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  /** Null: the newest. */
  readonly revision: number | null;
}

const FILE =
  /^\/reports\/([A-Za-z0-9][A-Za-z0-9._-]{0,62})\/([a-z][a-z-]{0,30}(?:@[a-z0-9-]{1,50})?)\/(\d{8}T\d{4}(?:\d{2})?Z)-(\d{8}T\d{4}(?:\d{2})?Z)\/(?:(run)|report\.([a-z0-9]{1,10})|(data\/[a-z0-9][A-Za-z0-9_-]{0,80}(?:\.[A-Za-z0-9_-]{1,80}){1,4}))$/;

const BOT = /^\/reports\/([A-Za-z0-9][A-Za-z0-9._-]{0,62})\/?$/;

const LATEST =
  /^\/reports\/([A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:\/([a-z][a-z-]{0,30}))?\/latest(?:\/|\/report\.([a-z0-9]{1,10}))?$/;

/** The route of a request target, or null. Strict on purpose: percent signs, dots and backslashes have no place in it. */
export function parseRoute(target: string, formats: readonly Format[] = FORMATS): Route | null {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (path === '/' || path === '/reports' || path === '/reports/') return { page: 'index' };
  if (path === '/healthz') return { page: 'health' };
  if (path === '/readyz') return { page: 'ready' };
  const match = FILE.exec(path);
  if (!match) return botRoute(path) ?? latestRoute(path, formats);
  const [, bot = '', kind = '', start = '', end = '', run, extension, data] = match;
  const file = data ?? formats.find((format) => format.extension === extension)?.id;
  const from = stampToIso(start);
  const to = stampToIso(end);
  if (from === null || to === null) return null;
  const revision = mark === -1 ? null : revisionOf(target.slice(mark + 1));
  if (revision === undefined) return null;
  const asked = { bot, kind, window: { from, to }, revision };
  if (run !== undefined) return { page: 'run', ...asked };
  return file === undefined ? null : { page: 'file', file, ...asked };
}

function botRoute(path: string): Route | null {
  const [, bot] = BOT.exec(path) ?? [];
  return bot === undefined ? null : { page: 'bot', bot };
}

function latestRoute(path: string, formats: readonly Format[]): Route | null {
  const match = LATEST.exec(path);
  if (!match) return null;
  const [, bot = '', kind = null, extension] = match;
  if (extension === undefined) return { page: 'latest', bot, kind, file: null };
  const file = formats.find((format) => format.extension === extension)?.id;
  return file === undefined ? null : { page: 'latest', bot, kind, file };
}

/** The revision that a query asks for; null: none. Undefined: what it asks for is no revision, and must not get the newest. */
function revisionOf(query: string): number | null | undefined {
  const asked = [...new URLSearchParams(query)].filter(([key]) => /^rev(?:ision)?$/i.test(key));
  const [first, ...more] = asked;
  if (first === undefined) return null;
  const [key, value] = first;
  return more.length === 0 && key === 'revision' && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined;
}

/** `20261120T0000Z` to ISO 8601; null when it is not on the calendar. */
function stampToIso(stamp: string): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?Z$/.exec(stamp);
  if (!match) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(text);
  return Number.isNaN(time) || new Date(time).toISOString() !== text ? null : text;
}
