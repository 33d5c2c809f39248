import { didYouMean } from './nearest.ts';

/**
 * Where people live who write these. PostgreSQL looks a short name up in its list of abbreviations before it looks for a
 * zone: to it CET has no summer time, IST is Israel's, and the list is a setting of the bot's server.
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ...{ CET: 'Europe/Berlin', CEST: 'Europe/Berlin', MET: 'Europe/Berlin', WET: 'Europe/Lisbon' },
  ...{ EET: 'Europe/Kyiv', EEST: 'Europe/Kyiv', MSK: 'Europe/Moscow', BST: 'Europe/London' },
  ...{ EST: 'America/New_York', EDT: 'America/New_York', CST: 'America/Chicago', CDT: 'America/Chicago' },
  ...{ MST: 'America/Denver', MDT: 'America/Denver', PST: 'America/Los_Angeles', AST: 'America/Halifax' },
  ...{ PDT: 'America/Los_Angeles', HST: 'Pacific/Honolulu', AKST: 'America/Anchorage' },
  ...{ NST: 'America/St_Johns', ART: 'America/Argentina/Buenos_Aires', ACT: 'Australia/Darwin' },
  ...{ IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', KST: 'Asia/Seoul', HKT: 'Asia/Hong_Kong' },
  ...{ SGT: 'Asia/Singapore', AEST: 'Australia/Sydney', EAT: 'Africa/Nairobi', NZST: 'Pacific/Auckland' },
};
const AREAS = ['Europe', 'America', 'Asia', 'Africa', 'Australia', 'Pacific', 'Atlantic', 'Indian'];

/** What is wrong with the name of a zone, as the end of a sentence; null when it is one that we and PostgreSQL read alike. */
export function zoneProblem(zone: string): string | null {
  const place = ABBREVIATIONS[zone.toUpperCase()];
  if (place !== undefined)
    return `names the zone "${zone}", an abbreviation, which servers read in different ways. Write a place, such as ${place}.`;
  // IANA names only: PostgreSQL reads the sign of `+03:00` the other way round than everybody else.
  if (/^[A-Za-z]/.test(zone) && isZone(zone)) return null;
  return `names the zone "${zone}", which is not an IANA zone.${offsetHint(zone) || nearest(zone)} Examples are UTC and Europe/Berlin.`;
}

/** `UTC+2` is Etc/GMT-2: the sign of these names is the other way round. */
function offsetHint(zone: string): string {
  const [, sign = '', hours = '', minutes = '0'] =
    /^(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(zone.trim()) ?? [];
  if (hours === '') return '';
  const name = `Etc/GMT${sign === '+' ? '-' : '+'}${String(Number(hours))}`;
  const fixed =
    Number(minutes) === 0 && Number(hours) > 0 && isZone(name) ? ` (the offset all year is ${name})` : '';
  return ` Write the place whose clock it is${fixed}.`;
}

/** A place without its area, or the nearest name. */
function nearest(zone: string): string {
  const place = zone.trim().replaceAll(' ', '_');
  const whole = AREAS.map((area) => `${area}/${place}`).find(isZone);
  return whole === undefined
    ? didYouMean(zone, [...Intl.supportedValuesOf('timeZone'), 'UTC'])
    : ` Did you mean "${whole}"?`;
}

const known = new Map<string, boolean>();

/** Asked once a name: it takes a tenth of a millisecond, and there may be thousands of bots. */
function isZone(zone: string): boolean {
  const is = known.get(zone) ?? canFormat(zone);
  known.set(zone, is);
  return is;
}

function canFormat(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
