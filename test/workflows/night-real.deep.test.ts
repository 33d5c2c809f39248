import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
import { lastCollection } from '../../store/collections.ts';
import { main } from '../../cli/main.ts';
import { findReports } from '../../store/reports.ts';
import type { PeriodResult } from '../../workflows/planned-audits.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;
let run = 0;

beforeAll(async () => {
  stage = await startStage('night');
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

async function night(): Promise<readonly string[]> {
  run += 1;
  const { audits } = (await stage.withWorker(() =>
    stage.client.workflow.execute('nightlyAudit', {
      taskQueue: stage.taskQueue,
      workflowId: `night-${String(process.pid)}-${String(run)}`,
      args: [{ bot: 'demo', date: '2026-11-19' }],
    }),
  )) as PeriodResult;
  return audits.map(({ outcome, detail }) => `${outcome}: ${detail}`);
}

/** The stored reports, the earliest window first. */
async function reports() {
  return [...(await findReports(stage.pool, { bot: 'demo' }))].reverse();
}

const NOTHING_NEW = 'every recipient has this verdict and these findings already';

test('three shifts are made one after another, each compared with the one before, and mailed once', async () => {
  expect(await night()).toEqual(['made: 1 mail', 'made: 1 mail', 'made: 1 mail']);
  const stored = await reports();
  const compared: boolean[] = [];
  for (const { reportHash } of stored) {
    const bytes = await stage.dependencies.artifacts.get(reportHash);
    compared.push((JSON.parse(bytes.toString('utf8')) as Report).front.changes.compared);
  }
  expect(compared).toEqual([false, true, true]);
  expect(stage.smtp.messages).toHaveLength(3);
  const cost = await lastCollection(stage.pool, 'demo');
  expect(cost?.window.to).toBe(stored.at(-1)?.window.to);
  expect(cost?.slowest).toHaveLength(5);
}, 300_000);

test('the next night makes again what lost its PDF or its bytes, under the same revision, and mails nobody twice', async () => {
  const [first, second] = await reports();
  const [unprinted = '', gone = ''] = [first?.reportHash, second?.reportHash];
  await stage.pool.query(`update audit.report set files = files - 'pdf' where report_hash = $1`, [unprinted]);
  rmSync(join(stage.config.artifactDirectory, gone.slice(0, 2), gone));
  expect(await night()).toEqual([`made: ${NOTHING_NEW}`, `made: ${NOTHING_NEW}`, `reused: ${NOTHING_NEW}`]);
  const stored = await reports();
  expect(stored.map(({ revision, files }) => [revision, 'pdf' in files])).toEqual([
    [1, true],
    [1, true],
    [1, true],
  ]);
  expect(await stage.dependencies.artifacts.has(gone)).toBe(true);
  expect(stage.smtp.messages).toHaveLength(3);
}, 300_000);

async function audit(...args: readonly string[]): Promise<string> {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  await main([...args, '--config', stage.configFile], {
    environment: stage.environment,
    stdout: { write },
    stderr: { write },
    signal: new AbortController().signal,
    secrets: new Set(),
    setExitCode: () => undefined,
  });
  return said.replaceAll(/\s+/g, ' ');
}

test('deliveries retry sends a refused mail once more, one in doubt when told so, and one that arrived never', async () => {
  const { rows } = await stage.pool.query<{ id: string }>(
    'select id from audit.outbox order by told_at limit 1',
  );
  const id = rows[0]?.id ?? '';
  const put = (state: string) =>
    stage.pool.query("update audit.outbox set state = $2, response = 'no answer' where id = $1", [id, state]);
  const { messages } = stage.smtp;
  const before = messages.length;
  await stage.withWorker(async () => {
    await put('rejected');
    // Two people at once: it is one run, or the second finds that it arrived.
    const both = await Promise.all([audit('deliveries', 'retry', id), audit('deliveries', 'retry', id)]);
    expect(both.join(' ')).toContain('Delivered to ops@example.test');
    expect(messages).toHaveLength(before + 1);
    await put('ambiguous');
    expect(await audit('deliveries', 'retry', id)).toContain('then say so with --even-if-doubled');
    expect(messages).toHaveLength(before + 1);
    expect(await audit('deliveries', 'retry', id, '--even-if-doubled')).toContain('It may arrive twice');
    expect(messages).toHaveLength(before + 2);
    expect(await audit('deliveries', 'retry', id, '--even-if-doubled')).toContain('nothing to send again');
  });
  const sent = messages.slice(before).map(({ raw }) => /^Message-ID: (.+)$/im.exec(raw)?.[1]);
  expect(new Set(sent).size).toBe(1);
}, 120_000);

test('after a night without a mail server one command sends what it refused, and leaves what may have arrived', async () => {
  const { rows } = await stage.pool.query<{ id: string }>('select id from audit.outbox order by told_at');
  const put = (state: string, index: number) =>
    stage.pool.query("update audit.outbox set state = $2, response = 'no answer' where id = $1", [
      rows[index]?.id,
      state,
    ]);
  await Promise.all(['deferred', 'rejected', 'ambiguous'].map(put));
  const before = stage.smtp.messages.length;
  await stage.withWorker(async () => {
    const said = await audit('deliveries', 'retry', '--failed', '--bot', 'demo');
    expect(said.match(/Delivered to ops@example\.test/g)).toHaveLength(2);
    expect(await audit('deliveries', 'retry', '--failed')).toContain('No report was refused or deferred.');
  });
  expect(stage.smtp.messages).toHaveLength(before + 2);
  expect(await audit('deliveries', 'list', '--failed')).toMatch(/ambiguous/);
}, 120_000);
