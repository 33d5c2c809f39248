import { text, type Inline, type Text } from '../../audit/text.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { HeartbeatFacts, Silence } from './heartbeat-facts.ts';
import type { Trading } from './life.ts';

type Count = `silence_${keyof Trading}`;

/** What was traded in the silences; a number that nobody can know is none. */
export function tradingNumbers({
  opened,
  closed,
  fills,
}: Trading): Readonly<Record<Count, NumberSpec | null>> {
  const count = (title: string, value: number | null, formula: string): NumberSpec | null =>
    value === null ? null : num.count(title, value, formula);
  return {
    silence_opened: count(
      'Positions opened in the silences',
      opened,
      'positions with opened_at in a silence',
    ),
    silence_closed: count(
      'Positions closed in the silences',
      closed,
      'positions with closed_at in a silence, or closed without one and last updated in it',
    ),
    silence_fills: count('Fills in the silences', fills, 'fills in the whole minutes of a silence'),
  };
}

/** What the rows say was done while no heartbeat came; nothing is said of what cannot be read. */
export function operationalOf(trading: Trading, n: Readonly<Record<Count, Inline>>): Text {
  const { opened, closed, fills } = trading;
  if (opened === null && fills === null)
    return text`Whether anything was opened, closed or filled in these minutes is not known: neither positions nor fills can be read.`;
  const parts = [
    ...(opened === null ? [] : [text`${n.silence_opened} ${noun(opened, 'position')} opened`]),
    ...(closed === null ? [] : [text`${n.silence_closed} closed`]),
    ...(fills === null ? [] : [text`${n.silence_fills} ${noun(fills, 'fill')}`]),
  ];
  if ((opened ?? 0) + (closed ?? 0) + (fills ?? 0) > 0)
    return text`While no heartbeat came the rows show ${parts.flatMap((part, index) => [...(index === 0 ? [] : [', ']), ...part])}.`;
  return opened === null
    ? text`No fill was recorded while no heartbeat came; positions cannot be read.`
    : text`No position was opened or closed ${fills === null ? '' : 'and no fill recorded '}while no heartbeat came.`;
}

/** What to do, by what the silence was: nobody restarts a bot that works, or one that is back. */
export function adviceOf(silence: {
  readonly worked: boolean | null;
  readonly said: boolean;
  readonly gone: readonly string[];
  readonly heartbeats: HeartbeatFacts;
  readonly found: readonly Silence[];
  readonly to: number;
}): string {
  const { worked, said, gone, found, to } = silence;
  if (said)
    return `Read in the log of ${names(found.map(({ service }) => service).sort())} since when and why it says that it does not work, and mend that${worked === true ? ' (the bot traded meanwhile)' : ''}; where it does work, correct the word, or what the mapping of heartbeat says of it.`;
  if (worked === true)
    return 'Mend what writes the heartbeat; do not restart the bot for it. Write it in the loop that trades, after each turn, and alert after two missed ones.';
  const services = found.map(({ service }) => service);
  if (services.every((service) => gone.includes(service)))
    return `Start ${names([...services].sort())} again, or leave out in the SELECT of the heartbeats what was retired on purpose.`;
  const open = [...new Set(found.filter((one) => one.to === to).map(({ service }) => service))].sort();
  const watch = 'run it under a supervisor, and alert after two missed heartbeats';
  return open.length > 0
    ? `Look whether ${names(open)} ${noun(open.length, 'runs', 'run')} now, and restart ${noun(open.length, 'it', 'them')} if not; read the log at the start of the silence, ${watch}.`
    : `Read the log at the start of the silence for what stopped it (it beats again), ${watch}.`;
}
