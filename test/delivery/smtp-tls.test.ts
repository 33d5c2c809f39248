import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { sendOverSmtp, type SmtpOutcome } from '../../delivery/smtp.ts';
import { untrustedServer } from '../support/tls-server.ts';

/** Loopback, and not one of the names by which this machine may be spoken to in the clear. */
const ELSEWHERE = '127.0.0.2';

function send(smtpUrl: string): Promise<SmtpOutcome> {
  return sendOverSmtp({
    smtpUrl,
    from: 'audit@audit.test',
    to: 'ops@audit.test',
    allowed: ['ops@audit.test'],
    message: Buffer.from('Subject: the verdict\r\n\r\nbody\r\n'),
    scrub: (text) => text,
    beforeDot: () => Promise.resolve(true),
    times: { untilDotMs: 20_000, afterDotMs: 20_000, dotHoldMs: 50 },
  });
}

const answersSmtp = (offersTls: boolean) => ({
  greeting: '220 mail\r\n',
  clear: (text: string) =>
    /^EHLO/i.test(text)
      ? { said: `250-mail\r\n${offersTls ? '250-STARTTLS\r\n' : ''}250 AUTH PLAIN LOGIN\r\n` }
      : /^STARTTLS/i.test(text) && offersTls
        ? { said: '220 go on\r\n', tls: true as const }
        : { said: '500 no\r\n' },
});

test.each([
  ['smtps', null],
  ['STARTTLS', answersSmtp(true)],
])(
  'a mail server whose certificate nobody vouches for hears neither login nor mail: %s',
  async (how, answers) => {
    const server = await untrustedServer(ELSEWHERE, [ELSEWHERE], answers);
    const scheme = how === 'smtps' ? 'smtps' : 'smtp';
    const outcome = await send(`${scheme}://audit:pa55word@${ELSEWHERE}:${String(server.port)}`);
    server.stop();
    expect(outcome.state).toBe('deferred');
    expect(outcome.detail).toBe(
      `the certificate of the mail server ${ELSEWHERE} is not trusted here (unable to verify the first certificate); ` +
        'NODE_EXTRA_CA_CERTS names an authority of your own',
    );
    expect(server.heard()).not.toMatch(/AUTH|MAIL FROM|verdict/i);
  },
);

test('a server elsewhere without TLS hears no login', async () => {
  const server = await untrustedServer(ELSEWHERE, [ELSEWHERE], answersSmtp(false));
  const outcome = await send(`smtp://audit:pa55word@${ELSEWHERE}:${String(server.port)}`);
  server.stop();
  expect(['deferred', 'rejected']).toContain(outcome.state);
  expect(server.heard()).not.toMatch(/AUTH|MAIL FROM|verdict/i);
});

/** A server that takes STARTTLS, and what it then does instead. */
async function afterStarttls(then: (socket: Socket) => void): Promise<SmtpOutcome> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail\r\n');
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      if (text.startsWith('EHLO')) socket.write('250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n');
      if (text.startsWith('STARTTLS')) socket.write('220 go on\r\n', () => then(socket));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, ELSEWHERE, resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await send(`smtp://audit:pa55word@${ELSEWHERE}:${String(port)}`);
  server.close();
  return outcome;
}

test.each<[string, (socket: Socket) => void, RegExp]>([
  ['closes', (socket) => socket.end(), /took STARTTLS, and the connection ended before TLS stood \(.+\)$/],
  [
    'resets',
    (socket) => socket.resetAndDestroy(),
    /took STARTTLS, and the connection ended before TLS stood \(.+\)$/,
  ],
  ['answers in the clear', (socket) => socket.write('500 what\r\n'), /answers to TLS is no TLS$/],
])(
  'a server that %s after its 220 to STARTTLS is one sentence, and the mail is tried again',
  async (_, then, said) => {
    const { state, detail } = await afterStarttls(then);
    expect({ state, detail }).toEqual({ state: 'deferred', detail: expect.stringMatching(said) });
    expect(detail).toContain(`the mail server ${ELSEWHERE}`);
  },
);
