import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createScrubber } from '../../audit/scrub.ts';
import { isAddress } from '../../delivery/address.ts';
import { sendOverSmtp, SMTP_TIMES, type SmtpRequest } from '../../delivery/smtp.ts';
import { startSmtp, type SmtpAct, type SmtpOptions } from '../support/smtp.ts';

const message = Buffer.from('From: a@audit.test\r\nTo: ops@audit.test\r\nSubject: x\r\n\r\nbody\r\n');

/** Long enough for any load; a test that waits for one names its own. */
const TIMES = { untilDotMs: 50_000, afterDotMs: 50_000, dotHoldMs: 200 };

function request(smtpUrl: string, change: Partial<SmtpRequest> = {}): SmtpRequest {
  return {
    smtpUrl,
    from: 'audit@audit.test',
    to: 'ops@audit.test',
    allowed: ['ops@audit.test'],
    message,
    scrub: createScrubber([smtpUrl, new URL(smtpUrl).password]),
    beforeDot: () => Promise.resolve(true),
    times: TIMES,
    ...change,
  };
}

async function play(
  script: readonly SmtpAct[],
  change: Partial<SmtpRequest> = {},
  options: SmtpOptions = {},
) {
  const smtp = await startSmtp({ script, ...options });
  try {
    const outcome = await sendOverSmtp(request(smtp.url, change));
    return { outcome, messages: smtp.messages.length, connections: smtp.connections() };
  } finally {
    await smtp.stop();
  }
}

describe('what the server does decides the outcome', () => {
  test.each<[string, SmtpAct, string, number]>([
    ['accepts', { act: 'accept' }, 'accepted', 1],
    ['refuses the connection for now', { act: 'refuse', at: 'connect', code: 421 }, 'deferred', 0],
    ['refuses the recipient for now', { act: 'refuse', at: 'rcpt', code: 450 }, 'deferred', 0],
    ['refuses the recipient for good', { act: 'refuse', at: 'rcpt', code: 550 }, 'rejected', 0],
    ['refuses the message for now', { act: 'refuse', at: 'data', code: 451 }, 'deferred', 0],
    ['refuses the message for good', { act: 'refuse', at: 'data', code: 554 }, 'rejected', 0],
    ['drops before the recipient', { act: 'drop', at: 'rcpt' }, 'deferred', 0],
    ['drops when it should read the message', { act: 'drop', at: 'data' }, 'deferred', 0],
    ['drops at the first bytes of the message', { act: 'drop', at: 'in-data' }, 'deferred', 0],
    ['stores the message and drops the answer', { act: 'drop', at: 'after-data' }, 'ambiguous', 1],
  ])('%s', async (_name, act, state, stored) => {
    const { outcome, messages } = await play([act]);
    expect({ state: outcome.state, messages }).toEqual({ state, messages: stored });
  });

  test('nobody listens', async () => {
    expect(await sendOverSmtp(request('smtp://127.0.0.1:1'))).toMatchObject({ state: 'deferred' });
  });

  test('an answer that never comes ends at the deadline as ambiguous', async () => {
    const times = { ...TIMES, afterDotMs: 300 };
    const { outcome, messages } = await play([{ act: 'stall', forMs: 60_000 }], { times });
    expect([outcome.state, messages]).toEqual(['ambiguous', 1]);
    expect(outcome.detail).toContain('the mail server took longer than');
  });

  test('the time for the answer is that of RFC 5321', () => {
    expect(SMTP_TIMES.afterDotMs).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test('a large message that nobody reads is not ambiguous: its end was never sent', async () => {
    const large = Buffer.concat([message, Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(300_000))]);
    const times = { ...TIMES, untilDotMs: 2_000 };
    const { outcome, messages } = await play([{ act: 'freeze' }], { times, message: large });
    expect([outcome.state, messages]).toEqual(['deferred', 0]);
  });

  test.each<[string, SmtpAct | null, SmtpOptions]>([
    ['552 after the message', { act: 'refuse', at: 'data', code: 552, text: 'too much mail data' }, {}],
    ['552 for the size that was announced', { act: 'refuse', at: 'mail', code: 552 }, {}],
    ['an extended code', { act: 'refuse', at: 'data', code: 554, text: '5.3.4 message too big' }, {}],
    ['a limit that the server announces', null, { size: 20 }],
  ])('a message that is too large is named so: %s', async (_how, act, options) => {
    const { outcome, messages } = await play(act === null ? [] : [act], {}, options);
    expect([outcome, messages]).toMatchObject([{ state: 'rejected', tooLarge: true }, 0]);
  });

  test('another refusal is not about size', async () => {
    const { outcome } = await play([{ act: 'refuse', at: 'data', code: 554, text: '5.7.1 spam' }]);
    expect(outcome.tooLarge).toBeUndefined();
  });

  test('a server that drips its greeting ends at the deadline too', async () => {
    const server = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-still here\r\n'), 50);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          clearInterval(timer);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const outcome = await sendOverSmtp(
      request(`smtp://127.0.0.1:${String(port)}`, {
        times: { ...TIMES, untilDotMs: 500 },
      }),
    );
    expect(outcome.state).toBe('deferred');
    server.close();
  });
});

test('nothing is handed over when a later attempt has taken the mail', async () => {
  const { outcome, messages } = await play([], { beforeDot: () => Promise.resolve(false) });
  expect({ state: outcome.state, messages }).toEqual({ state: 'deferred', messages: 0 });
});

test('the claim is durable before the end of the message is sent', async () => {
  const smtp = await startSmtp();
  let storedAtClaim = -1;
  await sendOverSmtp(
    request(smtp.url, {
      beforeDot: () => {
        storedAtClaim = smtp.messages.length;
        return Promise.resolve(true);
      },
    }),
  );
  expect([storedAtClaim, smtp.messages.length]).toEqual([0, 1]);
  await smtp.stop();
});

test('a message of several megabytes arrives whole', async () => {
  const smtp = await startSmtp();
  const large = Buffer.concat([message, Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(50_000))]);
  expect(await sendOverSmtp(request(smtp.url, { message: large }))).toMatchObject({ state: 'accepted' });
  expect(smtp.messages[0]?.raw.length).toBe(large.length);
  await smtp.stop();
});

test.each(['wr0ng-canary', 'wr0ng+canary/7', 'pw'])(
  'a wrong password never shows in what is said, nor in base64: %s',
  async (password) => {
    const smtp = await startSmtp({ user: 'audit', password: 'right' });
    const url = smtp.url.replace('right', encodeURIComponent(password));
    const outcome = await sendOverSmtp(request(url));
    expect(outcome.state).toBe('rejected');
    expect(outcome.detail).toMatch(
      /535 wrong user or password \(AUTH PLAIN \[secret\]\) \(AUTH LOGIN \[secret\]/,
    );
    const plain = Buffer.from(`\0audit\0${password}`).toString('base64');
    for (const told of [password, plain, plain.slice(4, 12)]) expect(outcome.detail).not.toContain(told);
    await smtp.stop();
  },
);

describe('only the configured recipients, however an address is written', () => {
  const TRICKS = [
    'evil@evil.test',
    'ops@audit.test,evil@evil.test',
    'ops@audit.test>,<evil@evil.test',
    'ops@audit.test\r\nRCPT TO:<evil@evil.test>',
    '"ops@audit.test" <evil@evil.test>',
    'ops@audit.test(evil@evil.test)',
    'evil@evil.test(ops@audit.test)',
    '@evil.test:ops@audit.test',
    'ops%evil.test@audit.test',
    'OPS@audit.test',
    ' ops@audit.test',
    'ops@audit.test ',
    'ops@audit.test\u0000',
    'ops@аudit.test',
    'ops@[127.0.0.1]',
    'ops@audit.test;evil@evil.test',
    'ops@audit.test evil@evil.test',
    'ops@audit.test, evil@evil.test',
    'ops@audit.test\nevil@evil.test',
    '<ops@audit.test>',
    'ops: evil@evil.test, ops@audit.test;',
    '"ops@audit.test\\"@evil.test"@evil.test',
    '"ops"@audit.test',
    'ops@audit.test.evil.test',
    'ops@evil.test#@audit.test',
    'ops@@audit.test',
    'ops@audit.test.',
    '=?utf-8?q?ops=40audit.test?=',
    'ops\u200b@audit.test',
    'ops@audit。test',
    '',
  ];
  test('none of the tricks reaches the server', async () => {
    const smtp = await startSmtp();
    for (const to of TRICKS) {
      expect(await sendOverSmtp(request(smtp.url, { to }))).toMatchObject({ state: 'rejected' });
    }
    expect(smtp.connections()).toBe(0);
    await smtp.stop();
  });

  test('an empty list allows nobody', async () => {
    expect(await sendOverSmtp(request('smtp://127.0.0.1:1', { allowed: [] }))).toMatchObject({
      state: 'rejected',
    });
  });

  test('a list that holds a trick does not make it an address', () => {
    expect(TRICKS.filter((trick) => isAddress(trick))).toEqual([
      'evil@evil.test',
      'ops%evil.test@audit.test',
      'OPS@audit.test',
      'ops@audit.test.evil.test',
    ]);
  });
});
