import { describe, expect, test } from '@jest/globals';
import { beats, gap, minutes, run, type Row } from '../monitoring-coverage-support.ts';
import { at, findingsOf, valueOf } from '../support.ts';

const opened = (id: string, time: string, over: Row = {}): Row => ({
  id,
  symbol: 'BTCUSDT',
  status: 'open',
  opened_at: at(time),
  ...over,
});
const fills = (...times: string[]): Row[] => times.map((time) => ({ minute: at(time), rows: 2 }));
const silencesOf = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'heartbeat.silences')?.rows;

describe('a silence lies between two heartbeats that exist', () => {
  test('at the start of the window from the last one before it on', () => {
    const before = { last_before: at('23:52', '2026-11-19') };
    const result = run({ 'heartbeat-gaps': [gap('trader', '00:00', '00:04', before)] });
    expect(silencesOf(result)).toEqual([['trader', at('23:52', '2026-11-19'), at('00:04'), 720, 240, '']]);
    expect(valueOf(result, 'heartbeat_longest_gap')).toBe(720);
    // Due at 23:57: down for the four minutes that lie in the window.
    expect(valueOf(result, 'uptime')).toBeCloseTo(100 * (1 - 4 / 480), 9);
  });

  test('one that was over the limit before the window and ends with the first beat of it is not told twice', () => {
    const before = { last_before: at('23:40', '2026-11-19') };
    const result = run({ 'heartbeat-gaps': [gap('trader', '00:00', '00:02', before)] });
    expect(findingsOf(result, 'NA-01')).toEqual([]);
  });

  test('at its end there is no next one, and none before it was ever heard', () => {
    const result = run({
      'heartbeat-gaps': [gap('trader', '00:00', '08:00', { beats: 0, unwell: 3, last_before: null })],
    });
    expect(silencesOf(result)).toEqual([
      [
        'trader',
        null,
        null,
        28_800,
        28_800,
        'a heartbeat in the seven days before; a heartbeat up to the end of the window',
      ],
    ]);
  });

  test('the card shows the silences over the limit, not the shorter ones', () => {
    const result = run({
      'heartbeat-gaps': [
        gap('trader', '01:00', '01:10'),
        ...['02', '03', '04', '05'].map((hour) => gap('trader', `${hour}:00`, `${hour}:10`)),
        gap('trader', '06:00', '06:20'),
      ],
    });
    expect(silencesOf(result)).toHaveLength(1);
  });
});

describe('what a silence means is checked against what was traded in it', () => {
  const silence = { 'heartbeat-gaps': beats(['trader', '02:00', '03:00']) };
  const words = (rows: Parameters<typeof run>[0], more: Parameters<typeof run>[1] = {}) => {
    const [finding] = findingsOf(run({ ...silence, ...rows }, more), 'NA-01');
    const { cause, title, impact, recommendation } = finding ?? {};
    return {
      cause: cause?.id,
      said: JSON.stringify([title, impact?.operational, recommendation]).replaceAll('","', ''),
    };
  };

  test('positions were opened: the heartbeat is silent while the bot works, and nobody is told to restart it', () => {
    const positions = [opened('1', '02:20'), opened('2', '02:40'), opened('3', '04:00')];
    const rows = { positions, 'fill-minutes': fills('02:20', '02:40', '04:00') };
    const { cause, said } = words(rows);
    expect(cause).toBe('heartbeat-off');
    expect(said).toContain('while the bot worked');
    expect(said).toContain('do not restart the bot');
    const result = run({ ...silence, ...rows });
    expect([
      valueOf(result, 'silence_opened', { rule: 'NA-01' }),
      valueOf(result, 'silence_fills', { rule: 'NA-01' }),
    ]).toEqual([2, 4]);
  });

  test('a closed row without a time counts as closed when it was last updated, as everywhere', () => {
    const gone = { status: 'closed', closed_at: null, updated_at: at('02:45') };
    const timed = { status: 'closed', closed_at: at('02:30') };
    const positions = [opened('1', '01:20', gone), opened('2', '02:20', timed)];
    const result = run({ ...silence, positions });
    expect(valueOf(result, 'silence_closed', { rule: 'NA-01' })).toBe(2);
  });

  test('an opening before the next heartbeat was due shows nothing, and is counted all the same', () => {
    const { cause, said } = words({ positions: [opened('1', '02:03')], 'event-minutes': [] });
    expect(cause).not.toBe('heartbeat-off');
    expect(said).toContain('position opened');
    expect(said).not.toContain('No position was opened');
  });

  test('another service that beat meanwhile may have opened them', () => {
    const rows = {
      'heartbeat-gaps': [...beats(['trader', '02:00', '03:00']), gap('stop-keeper', '04:00', '04:05')],
      positions: [opened('1', '02:20')],
    };
    expect(words(rows).cause).toBe('loop-blocked');
  });

  test('a stop that fired at the exchange is no life, and no restart of what beats again is advised', () => {
    const closed = opened('1', '01:00', { status: 'closed', closed_at: at('02:30') });
    const { cause, said } = words({
      positions: [closed],
      'fill-minutes': fills('02:30'),
      'event-minutes': minutes((minute) => minute >= 115 && minute < 185),
    });
    expect(cause).toBe('process-down');
    expect(said).toContain('it beats again');
    expect(said).not.toContain('No position was opened');
  });

  test('nothing was traded, or nobody can know', () => {
    expect(words({}).said).toContain('No position was opened or closed and no fill recorded');
    expect(words({}, { lacks: ['position', 'fill'] }).said).toContain('is not known');
  });

  test('one that lasts to the end of the window', () => {
    const { said } = words({ 'heartbeat-gaps': beats(['trader', '07:00', '08:00']), 'event-minutes': [] });
    expect(said).toContain('Look whether trader runs now');
  });
});
