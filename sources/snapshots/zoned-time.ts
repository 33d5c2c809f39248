/** Why a written time has no instant, or its instant in milliseconds since the epoch with the sub-millisecond digits. */
export type Instant =
  | {
      readonly ok: true;
      readonly ms: number;
      readonly iso: string;
      /** The time carried no zone of its own. */
      readonly isLocal: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;
const DAY_MS = 86_400_000;

/**
 * The instant of a written time; one without a zone is local in `timeZone` (IANA). When clocks go back an hour is
 * written twice: the first is meant unless that lies before `previousMs`, since a log only goes forward.
 */
export function instantOf(written: string, timeZone: string, previousMs: number | null): Instant {
  const match = WRITTEN.exec(written.trim());
  if (!match) return { ok: false, reason: `"${written.slice(0, 60)}" is not an ISO 8601 time` };
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (
    new Date(localMs).toISOString().slice(0, 19) !==
    `${match.slice(1, 4).join('-')}T${match.slice(4, 7).join(':')}`
  ) {
    return { ok: false, reason: `"${written.slice(0, 60)}" is not a day and time` };
  }
  const fraction = match[7] ?? '';
  const zone = match[8];
  if (zone !== undefined) return instant(localMs - offsetOf(zone), fraction, false);
  const candidates = [localMs - DAY_MS, localMs + DAY_MS]
    .map((near) => localMs - zoneOffsetMs(near, timeZone))
    .filter((ms, index, all) => all.indexOf(ms) === index && ms + zoneOffsetMs(ms, timeZone) === localMs)
    .sort((a, b) => a - b);
  const meant =
    candidates.find((ms) => previousMs === null || ms + fractionMs(fraction) >= previousMs) ?? candidates[0];
  if (meant === undefined)
    return {
      ok: false,
      reason: `${written.slice(0, 60)} does not exist in ${timeZone}: clocks went forward`,
    };
  return instant(meant, fraction, true);
}

function instant(secondsMs: number, fraction: string, isLocal: boolean): Instant {
  const micros = fraction.slice(0, 6);
  const digits = micros.padEnd(micros.length > 3 ? 6 : 3, '0');
  return {
    ok: true,
    ms: secondsMs + fractionMs(fraction),
    iso: `${new Date(secondsMs).toISOString().slice(0, 19)}.${digits}Z`,
    isLocal,
  };
}

function fractionMs(fraction: string): number {
  return Number(fraction.padEnd(3, '0').slice(0, 3));
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far local time is ahead of UTC at an instant. */
function zoneOffsetMs(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  formats.set(timeZone, format);
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const get = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  const local = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return local - Math.floor(at / 1_000) * 1_000;
}
