import { test, expect } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { startSmtp } from './smtp.ts';

const MAIL = { from: 'audit@example.test', to: 'ops@example.test', subject: 'hello', text: 'body' };

test('the scripted server refuses, drops after the data and then accepts, and keeps the raw messages', async () => {
  const smtp = await startSmtp({
    script: [
      { act: 'refuse', at: 'rcpt', code: 451 },
      { act: 'drop', at: 'after-data' },
    ],
  });
  const send = () => createTransport(smtp.url).sendMail(MAIL);
  await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  expect(smtp.messages).toHaveLength(0);
  await expect(send()).rejects.toThrow();
  expect(smtp.messages).toHaveLength(1);
  await expect(send()).resolves.toMatchObject({ accepted: ['ops@example.test'] });
  expect(smtp.messages[1]?.raw).toContain('Subject: hello');
  expect(smtp.connections()).toBe(3);
  await smtp.stop();
});
