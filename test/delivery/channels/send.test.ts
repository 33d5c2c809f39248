import { afterEach, describe, expect, test } from '@jest/globals';
import type { ChatChannel } from '../../../audit/delivery-groups.ts';
import { createScrubber } from '../../../audit/scrub.ts';
import { retryAfterS, send, type ChannelRequest } from '../../../delivery/channels/send.ts';
import { startHttp, type HttpAct, type TestHttp } from '../../support/http.ts';

const TOKEN = '123456:canary-token';
const HOOK = 'T000/B000/canary-hook';
const OK = { slack: 'ok', telegram: '{"ok":true,"result":{"message_id":7}}' };
const TIMES = { untilSentMs: 50_000, answerMs: 50_000 };
const scrub = createScrubber([TOKEN, HOOK]);
let server: TestHttp | null = null;

afterEach(async () => {
  await server?.stop();
  server = null;
});

function channelAt(url: string, kind: ChatChannel['kind']): ChatChannel {
  return kind === 'slack'
    ? { kind, webhookUrl: `${url}/services/${HOOK}` }
    : { kind, token: TOKEN, chat: '-1001', apiUrl: url };
}

async function play(
  kind: ChatChannel['kind'],
  script: readonly HttpAct[],
  change: Partial<ChannelRequest> = {},
) {
  server = await startHttp(script, OK[kind]);
  const channel = channelAt(server.url, kind);
  return send({ channel, text: 'FAIL 4.4 demo', scrub, times: TIMES, ...change });
}

describe.each(['slack', 'telegram'] as const)('%s', (kind) => {
  const tooMany: Record<typeof kind, HttpAct> = {
    slack: { act: 'answer', status: 429, body: 'rate_limited', headers: { 'retry-after': '30' } },
    telegram: {
      act: 'answer',
      status: 429,
      body: '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 30","parameters":{"retry_after":30}}',
    },
  };

  test.each<[string, HttpAct, string, number, number | null]>([
    ['posts', { act: 'answer', status: 200 }, 'accepted', 1, null],
    ['says later', tooMany[kind], 'deferred', 0, 30],
    ['is not there', { act: 'answer', status: 503 }, 'deferred', 0, null],
    [
      'is not there for a minute',
      { act: 'answer', status: 503, headers: { 'retry-after': '60' } },
      'deferred',
      0,
      60,
    ],
    ['has lost its own server', { act: 'answer', status: 502 }, 'ambiguous', 0, null],
    ['knows no such place', { act: 'answer', status: 404, body: 'no_service' }, 'rejected', 0, null],
    ['refuses the message', { act: 'answer', status: 400, body: 'invalid_payload' }, 'rejected', 0, null],
    ['sends elsewhere', { act: 'answer', status: 302, headers: { location: '/x' } }, 'rejected', 0, null],
    [
      'is a page of somebody else',
      { act: 'answer', status: 200, body: '<html>Log in</html>' },
      'ambiguous',
      1,
      null,
    ],
    ['breaks after the message', { act: 'drop', at: 'after-body' }, 'ambiguous', 1, null],
  ])('%s', async (_how, act, state, posted, waitS) => {
    const outcome = await play(kind, [act]);
    expect([outcome.state, outcome.retryAfterS, server?.posted.length]).toEqual([state, waitS, posted]);
  });

  test.each<HttpAct['act']>(['stall', 'drip'])('an answer that never ends: %s', async (act) => {
    const outcome = await play(kind, [{ act } as HttpAct], { times: { ...TIMES, answerMs: 300 } });
    expect([outcome.state, server?.posted.length]).toEqual(['ambiguous', 1]);
  });

  test('nobody listens, and a host without a name: nothing was handed over', async () => {
    for (const url of ['http://127.0.0.1:1', 'http://nobody.invalid']) {
      const outcome = await send({ channel: channelAt(url, kind), text: 'x', scrub, times: TIMES });
      expect(outcome.state).toBe('deferred');
    }
  });

  test('nothing is handed over when a later attempt has taken it, or the store does not answer', async () => {
    for (const beforeSend of [() => Promise.resolve(false), () => Promise.reject(new Error('away'))]) {
      expect(await play(kind, [], { beforeSend })).toMatchObject({ state: 'deferred' });
      expect(server?.posted).toEqual([]);
      await server?.stop();
    }
  });

  test('a cancelled sending ends at once', async () => {
    const outcome = await play(kind, [{ act: 'stall' }], { signal: AbortSignal.timeout(300) });
    expect([outcome.state, outcome.detail]).toEqual(['ambiguous', 'the sending was cancelled']);
  });

  test('no secret shows in what is said, whatever the server repeats', async () => {
    const outcome = await play(kind, [
      { act: 'answer', status: 404, body: `no /bot${TOKEN}/sendMessage, no /services/${HOOK}` },
    ]);
    expect(outcome.detail).not.toMatch(/canary/);
  });

  test('a text that is too long is cut, between two characters', async () => {
    await play(kind, [], { text: '\u{1F600}'.repeat(4_000) });
    const text = String(server?.posted[0]?.json['text']);
    expect([text.length <= 4_096, text.isWellFormed()]).toEqual([true, true]);
  });
});

test('what the services are given', async () => {
  await play('slack', [], { text: 'a < b & <!channel> *x*\u0000' });
  expect(server?.posted[0]).toMatchObject({
    path: `/services/${HOOK}`,
    json: { text: 'a &lt; b &amp; &lt;!channel&gt; *x*[U+0000]', mrkdwn: false, unfurl_links: false },
  });
  await server?.stop();
  await play('telegram', [], { text: 'a < b' });
  expect(server?.posted[0]).toEqual({
    path: `/bot${TOKEN}/sendMessage`,
    json: { chat_id: '-1001', text: 'a < b', link_preview_options: { is_disabled: true } },
  });
});

test.each<[string | null, number | null]>([
  ['0', 0],
  ['120', 120],
  ['1.5', 2],
  ['Fri, 20 Nov 2026 08:00:30 GMT', 30],
  ['Fri, 20 Nov 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['', null],
  [null, null],
])('Retry-After %p', (value, expected) => {
  expect(retryAfterS(value, Date.UTC(2026, 10, 20, 8))).toBe(expected);
});

test('a wait of years is a day', async () => {
  const outcome = await play('slack', [
    { act: 'answer', status: 429, headers: { 'retry-after': '999999999' } },
  ]);
  expect(outcome.retryAfterS).toBe(86_400);
});
