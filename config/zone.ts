import { didYouMean } from './nearest.ts';

/** What is wrong with the name of a zone, as the end of a sentence; null when it is one. */
export function zoneProblem(zone: string): string | null {
  // IANA names only: PostgreSQL reads the sign of `+03:00` the other way round than everybody else.
  if (/^[A-Za-z]/.test(zone) && isZone(zone)) return null;
  const known = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  return `names the zone "${zone}", which is not an IANA zone.${didYouMean(zone, known)} Examples are UTC and Europe/Berlin.`;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
