import { expect, test } from '@jest/globals';
import { composePurgeMail, type PurgeMailRequest } from '../../delivery/purge-mail.ts';
import { PURGE_PLAN } from '../workflows/scripted-activities.ts';

const plan = { ...PURGE_PLAN, workflowId: 'purge-1', runUrl: 'http://127.0.0.1:8233/run' };
const nothing = PURGE_PLAN.classes.map((one) => ({ ...one, items: 0, rows: 0 }));
const tripped = [{ type: 'PurgeTooLarge', message: 'reports: 90 of 100' }] as const;

test.each<[string, Partial<PurgeMailRequest>, string, string]>([
  ['shows what it would do', { approval: 'dryRun' }, 'dry run', 'Nothing was removed: this was a dry run'],
  ['waits', { approval: 'person' }, 'waits for approval', 'purge --approve 3f9a1c073f9a'],
  ['was refused', { approval: 'schedule', tripped }, 'refused', 'Nothing was removed.'],
  ['approved itself', { approval: 'schedule' }, 'begun', 'is being removed'],
  ['lacks a part', { approval: 'person', classes: nothing, notes: ['blind'] }, 'incomplete', 'blind'],
])(
  'the mail of a plan that %s says so, and asks for an approval only where one is awaited',
  (_, change, head, text) => {
    const mail = composePurgeMail({ ...plan, ...change });
    expect(mail.subject).toMatch(new RegExp(`^\\[PURGE ${head}\\]`));
    expect(mail.text).toContain(text);
    expect(mail.text).toContain('The run: http://127.0.0.1:8233/run');
    expect(mail.text.includes('--approve')).toBe(head === 'waits for approval');
  },
);
