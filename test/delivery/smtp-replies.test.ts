import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createScrubber } from '../../audit/scrub.ts';
import { sendOverSmtp, type SmtpOutcome } from '../../delivery/smtp.ts';
import { findings } from '../secrets/haystack.ts';

/** The steps of a conversation, in the order in which a client comes to them. */
const STAGES = ['greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'dot'] as const;
type Stage = (typeof STAGES)[number];
type Reply = (socket: Socket) => void;

const USUAL: Readonly<Record<Stage, string>> = {
  greeting: '220 ready',
  ehlo: '250-mx.audit.test\r\n250-AUTH PLAIN\r\n250 SIZE 35882577',
  auth: '235 2.7.0 welcome',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  dot: '250 2.0.0 queued',
};
const PASSWORD = 'canary+of/the=mail';

/** A server that plays `reply` at one stage and the usual answer at all others, byte for byte as told. */
async function play(
  at: Stage,
  reply: Reply,
  { untilDotMs = 60_000, afterDotMs = 60_000 } = {},
): Promise<SmtpOutcome> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    let isData = false;
    const come = (stage: Stage): void => {
      if (stage === at) reply(socket);
      else socket.write(`${USUAL[stage]}\r\n`);
    };
    come('greeting');
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end = endOf(text, isData); end !== -1; end = endOf(text, isData)) {
        const stage = isData ? 'dot' : stageOf(text.slice(0, end));
        text = text.slice(end);
        isData = stage === 'data' && at !== 'data';
        if (stage !== null) come(stage);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const smtpUrl = `smtp://audit:${encodeURIComponent(PASSWORD)}@127.0.0.1:${String(port)}`;
  try {
    return await sendOverSmtp({
      ...{ smtpUrl, from: 'audit@audit.test', to: 'ops@audit.test', allowed: ['ops@audit.test'] },
      message: Buffer.from('From: a@audit.test\r\nTo: ops@audit.test\r\nSubject: x\r\n\r\nbody\r\n'),
      scrub: createScrubber([smtpUrl, PASSWORD]),
      beforeDot: () => Promise.resolve(true),
      times: { untilDotMs, afterDotMs, dotHoldMs: 20 },
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function endOf(text: string, isData: boolean): number {
  const end = isData ? text.indexOf('\r\n.\r\n') + 5 : text.indexOf('\n') + 1;
  return end < 5 && (isData || end === 0) ? -1 : end;
}

function stageOf(command: string): Stage | null {
  const verb = command.slice(0, 4).toLowerCase().trim();
  return verb === 'helo' ? 'ehlo' : (STAGES.find((stage) => stage === verb) ?? null);
}

const says =
  (text: string): Reply =>
  (socket) => {
    socket.write(`${text}\r\n`);
  };
const lost: Reply = (socket) => {
  socket.destroy();
};

describe('at each stage a reply is what its first digit says, and silence or a lost connection is what was sent before', () => {
  const REPLIES: readonly (readonly [string, Reply, SmtpOutcome['state'], SmtpOutcome['state']])[] = [
    ['421', says('421 4.3.2 shutting down'), 'deferred', 'deferred'],
    [
      '4yz of several lines',
      says('451-4.7.1 greylisted\r\n451-4.7.1 come\r\n451 4.7.1 again'),
      'deferred',
      'deferred',
    ],
    ['5yz of several lines', says('554-5.7.1 no\r\n554 5.7.1 never'), 'rejected', 'rejected'],
    ['a lost connection', lost, 'deferred', 'ambiguous'],
    ['what is no reply', says('HTTP/1.1 400 Bad Request'), 'deferred', 'ambiguous'],
  ];
  const rows = STAGES.flatMap((stage) =>
    REPLIES.map(
      ([name, reply, before, after]) => [stage, name, reply, stage === 'dot' ? after : before] as const,
    ),
  );
  test.each(rows)('%s: %s', async (stage, _name, reply, state) => {
    expect(await play(stage, reply)).toMatchObject({ state });
  });

  test.each(STAGES)('%s: a reply that never ends', async (stage) => {
    const drips: Reply = (socket) => {
      const timer = setInterval(() => socket.write('250-wait\r\n'), 20);
      socket.on('close', () => {
        clearInterval(timer);
      });
    };
    const times = stage === 'dot' ? { afterDotMs: 300 } : { untilDotMs: 600 };
    expect(await play(stage, drips, times)).toMatchObject({
      state: stage === 'dot' ? 'ambiguous' : 'deferred',
    });
  });
});

describe('whatever a server repeats of our login, the outcome does not', () => {
  const plain = `\0audit\0${PASSWORD}`;
  const base64 = (before: string): string => Buffer.from(`${before}${plain}`).toString('base64');
  const cut = (text: string, at: number, by: string): string => `${text.slice(0, at)}${by}${text.slice(at)}`;
  const quoted = PASSWORD.replaceAll('=', '=3D').replaceAll('+', '=2B').replaceAll('/', '=2F');
  const ECHOES: readonly (readonly [string, string])[] = [
    ['as it is', `535 5.7.8 no such login: ${PASSWORD}`],
    ['in an extended code', `535 5.7.8/${PASSWORD} no`],
    ['percent-encoded', `535 smtp://audit:${encodeURIComponent(PASSWORD)}@mail no`],
    ['percent-encoded twice', `535 ${encodeURIComponent(encodeURIComponent(PASSWORD))}`],
    ['quoted-printable', `535 ${quoted}`],
    ['quoted-printable over two lines', `535-${cut(quoted, 9, '=\r\n535 ')}`],
    ['in base64', `535 AUTH PLAIN ${base64('')} no`],
    ['in base64 after one byte', `535 ${base64('x')} no`],
    ['in base64 after two bytes', `535 ${base64('xy')} no`],
    ['the password alone in base64', `535 ${Buffer.from(PASSWORD).toString('base64')}`],
    ['in base64 without padding', `535 ${base64('x').replaceAll('=', '')}.`],
    ['in base64 over two lines', `535-${cut(base64(''), 12, '\r\n535 ')}`],
    [
      'in base64 over three lines with extended codes',
      `535-5.7.8 ${cut(cut(base64(''), 20, '\r\n535 5.7.8 '), 10, '\r\n535-5.7.8 ')}`,
    ],
    ['over two lines', `535-5.7.8 ${cut(PASSWORD, 8, '\r\n535 5.7.8 ')}`],
    ['in hexadecimal digits', `535 ${Buffer.from(plain).toString('hex')}`],
  ];
  const rows = ['greeting', 'auth', 'mail', 'rcpt', 'data', 'dot'].flatMap((stage) =>
    ECHOES.map(([how, text]) => [stage as Stage, how, text] as const),
  );
  test.each(rows)('%s: %s', async (stage, _how, text) => {
    const { state, detail } = await play(stage, says(text));
    expect(state).toBe('rejected');
    expect(detail).toContain('[secret]');
    const parts = { password: PASSWORD, plain, first: PASSWORD.slice(0, 8), last: PASSWORD.slice(-8) };
    expect(findings(new Map([['detail', detail]]), parts)).toEqual([]);
    for (const part of [encodeURIComponent(PASSWORD.slice(-7)), quoted.slice(0, 9), quoted.slice(-9)])
      expect(detail).not.toContain(part);
  });
});

describe('a reply that cannot be what it seems', () => {
  const two = '250 2.1.0 ok\r\n250 2.1.0 ok';
  test.each<[string, Stage, string, SmtpOutcome['state']]>([
    ['the message is taken before it was sent', 'data', '354 go on\r\n250 2.0.0 queued', 'deferred'],
    ['one reply too many', 'mail', two, 'deferred'],
    ['two replies too many', 'mail', `${two}\r\n250 2.1.0 ok`, 'deferred'],
    ['every reply at once', 'greeting', `220 ready\r\n${'250 ok\r\n'.repeat(8)}`, 'deferred'],
    ['taken and refused in one', 'dot', '250-2.0.0 queued\r\n554 5.7.1 no', 'ambiguous'],
    ['refused and taken in one', 'dot', '554-5.7.1 no\r\n250 2.0.0 queued', 'ambiguous'],
    ['too large and taken in one', 'dot', '552-5.3.4 too big\r\n250 2.0.0 queued', 'ambiguous'],
    ['go on instead of an end', 'dot', '354 more', 'ambiguous'],
    ['a code and nothing else', 'dot', '250', 'accepted'],
    ['a line of five megabytes', 'dot', `554 ${'x'.repeat(5_000_000)}`, 'ambiguous'],
  ])('%s', async (_what, stage, text, state) => {
    expect(await play(stage, says(text))).toMatchObject({ state });
  });

  test.each(['250 2.0', '250-2.0.0 queued\r\n', '554-5.7.1 no\r\n', '25'])(
    'a reply that breaks off after the dot is ambiguous: %j',
    async (text) => {
      const breaks: Reply = (socket) => socket.end(text);
      expect(await play('dot', breaks)).toMatchObject({ state: 'ambiguous' });
    },
  );
});

test.each([
  ['accepted', '250 2.0.0 q\0ueued \x1b[31mred\x07 \x9b2J'],
  ['rejected', '554 \x1b]0;title\x07no\x7f \u0085'],
])('what a terminal obeys or PostgreSQL refuses is not in the outcome: %s', async (state, text) => {
  const outcome = await play('dot', says(text));
  expect(outcome).toMatchObject({ state, detail: expect.not.stringMatching(/\p{Cc}/u) });
});

test.each([
  ['over two lines', `535-${PASSWORD.slice(0, 8)}\r\n535 ${PASSWORD.slice(8)} `],
  ['in base64', `535 ${Buffer.from(`\0audit\0${PASSWORD}`).toString('base64')} `],
  ['at the end of what is read', `535 ${'y'.repeat(200)} `],
])('an answer of any length repeats no secret: %s', async (_how, text) => {
  for (const length of [9_960, 9_980, 9_990, 30_000]) {
    const { detail } = await play('auth', says(`${text}${'z'.repeat(length - text.length)}${PASSWORD}`));
    expect(findings(new Map([['detail', detail]]), { whole: PASSWORD, first: PASSWORD.slice(0, 8) })).toEqual(
      [],
    );
  }
});
