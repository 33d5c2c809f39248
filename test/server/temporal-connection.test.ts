import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NativeConnection } from '@temporalio/worker';
import { temporalPlace } from '../../config/temporal.ts';
import { connectionOptions, connectTemporal } from '../../server/temporal-connection.ts';
import { createAuthority, selfSigned, type Certificate } from '../support/certificates.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { temporalAddress } from '../support/temporal.ts';
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts';

const KEY = 'canary-api-key-7f3a';
const authority = createAuthority('Authority of the test');
const stranger = createAuthority('Somebody else');
const client = authority.issue(['worker.test']);
const folder = scratchDirectory('tls');

/** Files as an operator has them. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const CA = file('ca.pem', authority.certificate);
const ENVIRONMENT = {
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: CA,
  TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem', client.certificate),
  TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key', client.key),
  TEMPORAL_API_KEY: KEY,
};

let plain: string;
/** Wants a client certificate of the authority and the API key. */
let guarded: TlsProxy;
/** TLS and nothing else; its certificate names another host. */
let open: TlsProxy;
let mute: Server;
const muted: Socket[] = [];

beforeAll(async () => {
  plain = await temporalAddress();
  guarded = await startTlsProxy({
    upstream: plain,
    server: authority.issue(['127.0.0.1']),
    clientAuthority: authority.certificate,
    apiKey: KEY,
  });
  open = await startTlsProxy({ upstream: plain, server: authority.issue(['temporal.test']) });
  mute = createServer((socket) => {
    socket.on('error', () => undefined);
    // gRPC keeps a connection that never became one.
    muted.push(socket);
  }).listen(0, '127.0.0.1');
  await once(mute, 'listening');
}, 60_000);

afterAll(async () => {
  await Promise.all([guarded.stop(), open.stop()]);
  for (const socket of muted) socket.destroy();
  mute.close();
});

/** What connecting with an environment says; null when it works. */
async function said(environment: Readonly<Record<string, string>>): Promise<string | null> {
  try {
    await (await connectTemporal(await temporalPlace(environment), 1_500)).close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test('client and worker reach a service behind TLS that wants a client certificate and an API key', async () => {
  const place = await temporalPlace({ ...ENVIRONMENT, TEMPORAL_ADDRESS: guarded.address });
  const connection = await connectTemporal(place);
  await connection.close();
  const worker = await NativeConnection.connect(connectionOptions(place));
  await worker.workflowService.getSystemInfo({});
  await worker.close();
  expect([...guarded.seen]).toEqual([`Bearer ${KEY}`]);
});

test('certificates may stand in the variables themselves, or in a profile that is named', async () => {
  const data = {
    TEMPORAL_ADDRESS: guarded.address,
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
    TEMPORAL_TLS_CLIENT_CERT_DATA: client.certificate,
    TEMPORAL_TLS_CLIENT_KEY_DATA: client.key,
    TEMPORAL_API_KEY: KEY,
  };
  expect(await said(data)).toBeNull();
  const profile = file(
    'temporal.toml',
    `[profile.audits]\naddress = "${guarded.address}"\napi_key = "${KEY}"\n[profile.audits.tls]\n` +
      `server_ca_cert_path = "${CA}"\nclient_cert_path = "${ENVIRONMENT.TEMPORAL_TLS_CLIENT_CERT_PATH}"\n` +
      `client_key_path = "${ENVIRONMENT.TEMPORAL_TLS_CLIENT_KEY_PATH}"\n`,
  );
  expect(await said({ TEMPORAL_CONFIG_FILE: profile, TEMPORAL_PROFILE: 'audits' })).toBeNull();
  expect(await said({ TEMPORAL_CONFIG_FILE: profile, TEMPORAL_PROFILE: 'audit' })).toBe(
    `The profile "audit" of ${profile} cannot be used: Profile 'audit' not found in config data.`,
  );
});

test('a name in the certificate can be given', async () => {
  const given = { TEMPORAL_ADDRESS: open.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: CA };
  expect(await said({ ...given, TEMPORAL_TLS_SERVER_NAME: 'temporal.test' })).toBeNull();
});

const MUTE = () => `127.0.0.1:${String((mute.address() as AddressInfo).port)}`;

describe('what is wrong has a sentence of its own, and what to do', () => {
  test.each<[string, () => Readonly<Record<string, string>>, RegExp]>([
    [
      'nothing is there',
      () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1' }),
      /^Temporal does not answer at 127\.0\.0\.1:1\. Start it .* or set TEMPORAL_ADDRESS\.$/,
    ],
    [
      'something else is there',
      () => ({ TEMPORAL_ADDRESS: MUTE() }),
      /^Something takes connections at \S+, and does not answer as Temporal does .*Correct TEMPORAL_ADDRESS/,
    ],
    [
      'the namespace does not exist',
      () => ({ TEMPORAL_ADDRESS: plain, TEMPORAL_NAMESPACE: 'audit' }),
      /^Temporal at \S+ has no namespace "audit"\. Set TEMPORAL_NAMESPACE .*namespace create --namespace audit`\.$/,
    ],
    [
      'TLS is off and the service has it',
      () => ({ TEMPORAL_ADDRESS: open.address }),
      /^Temporal at \S+ wants TLS, and it is off\. Set TEMPORAL_TLS=true/,
    ],
    [
      'TLS is on and the service has none',
      () => ({ TEMPORAL_ADDRESS: plain, TEMPORAL_TLS: 'true' }),
      /^What answers at \S+ does not speak TLS .*TEMPORAL_TLS=false/,
    ],
    [
      'the authority is unknown',
      () => ({ TEMPORAL_ADDRESS: guarded.address, TEMPORAL_TLS: 'true' }),
      /comes from an authority that is not trusted here .*Set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'the authority is another',
      () => ({
        ...ENVIRONMENT,
        TEMPORAL_ADDRESS: guarded.address,
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('s.pem', stranger.certificate),
      }),
      /does not come from the authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'the certificate is for another host',
      () => ({ TEMPORAL_ADDRESS: open.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: CA }),
      /is not for 127\.0\.0\.1 \(it is for DNS:temporal\.test\)\. Set TEMPORAL_TLS_SERVER_NAME/,
    ],
    [
      'no client certificate',
      () => ({ TEMPORAL_ADDRESS: guarded.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: CA }),
      /refuses the TLS handshake .*Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
    [
      'a client certificate of a stranger',
      () => {
        const other = stranger.issue(['worker.test']);
        return {
          ...ENVIRONMENT,
          TEMPORAL_ADDRESS: guarded.address,
          TEMPORAL_TLS_CLIENT_CERT_PATH: file('other.pem', other.certificate),
          TEMPORAL_TLS_CLIENT_KEY_PATH: file('other.key', other.key),
        };
      },
      /refuses the TLS handshake .* our client certificate\. Check TEMPORAL_TLS_CLIENT_CERT_PATH/,
    ],
    [
      'a key of another certificate',
      () => ({
        ...ENVIRONMENT,
        TEMPORAL_ADDRESS: guarded.address,
        TEMPORAL_TLS_CLIENT_KEY_PATH: file('wrong.key', stranger.key),
      }),
      /^The client certificate and its key cannot be used .* belong together/,
    ],
    [
      'the API key is refused',
      () => ({ ...ENVIRONMENT, TEMPORAL_ADDRESS: guarded.address, TEMPORAL_API_KEY: 'old-key' }),
      /^Temporal at \S+ refuses the API key for the namespace "default" \(Request unauthorized\.\)\. Check TEMPORAL_API_KEY/,
    ],
    [
      'there is no API key',
      () => ({ ...ENVIRONMENT, TEMPORAL_ADDRESS: guarded.address, TEMPORAL_API_KEY: '' }),
      /without credentials .*Set TEMPORAL_API_KEY\.$/,
    ],
  ])(
    '%s',
    async (_what, environment, sentence) => {
      const message = await said(environment());
      expect(message).toMatch(sentence);
      expect(message).not.toContain(KEY);
      expect(message).not.toContain('\n');
    },
    20_000,
  );
});

describe('a certificate of the server that cannot be believed is named for what is wrong with it', () => {
  const own = selfSigned(['127.0.0.1']);
  const trusted = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: CA };
  test.each<[string, Certificate, Readonly<Record<string, string>>, RegExp | null]>([
    [
      'expired',
      authority.issue(['127.0.0.1'], { from: '200101000000Z', until: '210101000000Z' }),
      trusted,
      /^The certificate of Temporal at \S+ has expired\. Renew it on the server, or check the clock here\.$/,
    ],
    [
      'not valid yet',
      authority.issue(['127.0.0.1'], { from: '480101000000Z', until: '490101000000Z' }),
      trusted,
      /^The certificate of Temporal at \S+ is not valid yet\. Renew it on the server, or check the clock here\.$/,
    ],
    [
      'expired, and for another host',
      authority.issue(['temporal.test'], { from: '200101000000Z', until: '210101000000Z' }),
      trusted,
      /has expired/,
    ],
    [
      'signed by itself',
      own,
      { TEMPORAL_TLS: 'true' },
      /signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to that certificate/,
    ],
    [
      'signed by itself, beside another authority',
      own,
      trusted,
      /does not come from the authority in TEMPORAL_TLS/,
    ],
    [
      'signed by itself, and trusted',
      own,
      { TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('own.pem', own.certificate) },
      null,
    ],
  ])(
    '%s',
    async (_what, server, environment, sentence) => {
      const proxy = await startTlsProxy({ upstream: plain, server });
      const place = { ...environment, TEMPORAL_ADDRESS: proxy.address };
      try {
        const message = await said(place);
        if (sentence === null) expect(message).toBeNull();
        else expect(message).toMatch(sentence);
        if (sentence !== null) return;
        // What the command line accepts, the worker's own TLS must accept.
        const worker = await NativeConnection.connect(connectionOptions(await temporalPlace(place)));
        await worker.close();
      } finally {
        await proxy.stop();
      }
    },
    20_000,
  );
});
