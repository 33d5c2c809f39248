import { didYouMean } from './nearest.ts';

/** What is wrong with the name of a zone, as the end of a sentence; null when it is one. */
export function zoneProblem(zone: string): string | null {
  // IANA names only: PostgreSQL reads the sign of `+03:00` the other way round than everybody else.
  if (/^[A-Za-z]/.test(zone) && isZone(zone)) return null;
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  return `names the zone "${zone}", which is not an IANA zone.${didYouMean(zone, zones)} Examples are UTC and Europe/Berlin.`;
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
