import type { Hypothesis } from '../../audit/root-cause.ts';
import { text, type Inline, type Text } from '../../audit/text.ts';
import { all, hypothesis } from '../shared/vocabulary/rule.ts';
import { names } from '../shared/vocabulary/words.ts';
import { notWell, type Contradiction, type ContradictionKind } from './contradictions.ts';

export const OTHERWISE: Readonly<Record<ContradictionKind, string>> = {
  'not-well': 'The heartbeats say that the service is not well, and not what it lacks.',
  'cycle-still': 'Whether the loop or only its counter stands still is not known.',
  'two-instances': 'Why two instances ran at once is not recorded.',
  restarts: 'Why it was restarted is not recorded.',
};

export function causesOf(kind: ContradictionKind, found: readonly Contradiction[]): readonly Hypothesis[] {
  const habits = found.map(({ habit }) => habit);
  const each = (held: (habit: Contradiction['habit']) => boolean): boolean => habits.every(held);
  switch (kind) {
    case 'not-well':
      return [
        hypothesis('degraded', 'The services ran with less than they should have.', [
          'most of these heartbeats are of the kind degraded',
          each((habit) => 2 * habit.degraded > notWell(habit)),
        ]),
        hypothesis(
          'status-unread',
          'The services say how they are in words that neither mapping nor spelling reads.',
          [
            'most of these heartbeats have a status that nothing reads, or none',
            each((habit) => 2 * (habit.unread + habit.blank) > notWell(habit)),
          ],
        ),
      ];
    case 'cycle-still':
      return [
        hypothesis('loop-stands', 'The loop stood still while something else wrote its heartbeats.', [
          'no position was opened meanwhile',
          all(
            found.map(({ opened }) => (opened === null ? null : opened === 0)),
            true,
          ),
        ]),
        hypothesis('counter-off', 'Only the counter stands still: the bot went on opening positions.', [
          'positions were opened meanwhile',
          all(
            found.map(({ opened }) => (opened === null ? null : opened > 0)),
            true,
          ),
        ]),
      ];
    case 'two-instances':
      return [
        hypothesis('second-instance', 'A second instance of the service was started and the first went on.', [
          'heartbeats of both instances alternate',
          each(({ instances }) => instances > 1),
        ]),
      ];
    case 'restarts':
      return [
        hypothesis('instance-changes', 'The service is replaced by a new instance again and again.', [
          'its instance id changed more often than its cycle fell',
          each(({ instances, resets }) => instances - 1 > resets),
        ]),
        hypothesis(
          'cycle-resets',
          'The service begins to count again and again: its process ends and is started.',
          [
            'its cycle fell more often than its instance id changed',
            each(({ instances, resets }) => resets > instances - 1),
          ],
        ),
      ];
  }
}

interface Say {
  readonly title: (
    n: Readonly<Record<'contradicting' | 'of_heartbeats' | 'contradicted_for', Inline>>,
  ) => Text;
  readonly operational: string;
  readonly risk: string;
  readonly recommendation: string;
  readonly verification: string;
}

export function sayOf(kind: ContradictionKind, found: readonly Contradiction[], to: number): Say {
  const services = names(found.map(({ service }) => service));
  const word = names(found.flatMap(({ habit }) => habit.word ?? 'no status'));
  const isUnread = found.every(({ habit }) => 2 * (habit.unread + habit.blank) > notWell(habit));
  const traded = found.every(({ opened }) => opened !== null && opened > 0);
  switch (kind) {
    case 'not-well':
      return {
        title: (n) => text`${n.contradicting} of ${n.of_heartbeats} heartbeats are not well (${word})`,
        operational: 'The service ran for most of the window in a state that it does not call well.',
        risk: 'A state that lasts is taken for the usual one, and the next fault behind it is not seen.',
        recommendation: isUnread
          ? `Say in the mapping of heartbeat which kind ${word} is; where it means that ${services} is not well, mend what it lacks.`
          : `Read in the log of ${services} since when and why it says ${word}, mend that, and alert when it lasts for ten minutes.`,
        verification: 'Most heartbeats of the next window are of the kind well.',
      };
    case 'cycle-still':
      return {
        title: (n) => text`one cycle in ${n.contradicting} heartbeats over ${n.contradicted_for}`,
        operational: traded
          ? 'The bot opened positions meanwhile, so its counter says nothing of its loop.'
          : 'The heartbeats came from beside the loop: that it turned is not shown.',
        risk: 'A loop that stands is not noticed while heartbeats come from beside it.',
        recommendation: traded
          ? `Count the cycle of ${services} in the loop that trades.`
          : `Look whether the loop of ${services} turns${found.some((one) => one.to >= to - 600_000) ? ' now' : ''}, write the heartbeat in the loop itself, and alert when its cycle stands.`,
        verification: 'The cycle of each service rises from heartbeat to heartbeat in the next window.',
      };
    case 'two-instances':
      return {
        title: (n) => text`two instances beat at once (${n.contradicting} heartbeats in turn)`,
        operational: 'Two instances of one service worked at the same time.',
        risk: 'Both may act on one signal: positions opened twice, stops moved against each other.',
        recommendation: `Stop the instance of ${services} that is not meant to run, and let a lease or lock admit one at a time.`,
        verification: 'At each time one instance of each service beats in the next window.',
      };
    case 'restarts':
      return {
        title: (n) => text`restarted ${n.contradicting} times`,
        operational: 'After each start the service has to find its positions and stops again.',
        risk: 'Between two starts nobody moves a stop, and heartbeats hide how short each life is.',
        recommendation: `Read the end of the log of ${services} before each start, and mend what ends it.`,
        verification: 'No service is restarted more often than the limit in the next window.',
      };
  }
}
