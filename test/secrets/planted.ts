import { randomBytes } from 'node:crypto';

/** A secret that nothing else can look like, with characters that URLs, JSON and HTML write in their own way. */
const canary = (name: string): string => `${name}/${randomBytes(9).toString('hex')}&=k`;

/** What the audit is given and must keep. */
export const CONFIGURED = {
  storePassword: canary('store'),
  botPassword: canary('bot'),
  wrongBotPassword: canary('wrongbot'),
  filedPassword: canary('filed'),
  queryPassword: canary('query'),
  sslPassword: canary('ssl'),
  smtpPassword: canary('smtp'),
  wrongSmtpPassword: canary('wrongsmtp'),
};

/** Variables of the worker's environment that are none of its business. */
export const AROUND = {
  BINANCE_API_KEY: canary('env-a'),
  BINANCE_API_SECRET: canary('env-b'),
  AWS_SECRET_ACCESS_KEY: canary('env-c'),
  GITHUB_TOKEN: canary('env-d'),
  DATABASE_PASSWORD: canary('env-e'),
};

/** Values of keys that the configuration does not know. */
export const UNKNOWN_KEYS = { apiKey: canary('key-a'), apiSecret: canary('key-b') };

/** What bots have been seen to write into their own rows. */
export const WRITTEN = {
  signature: canary('row-a'),
  apiKeyHeader: canary('row-b'),
  bearer: `${randomBytes(20).toString('hex')}.row-c`,
  userInfo: `row-d-${randomBytes(9).toString('hex')}`,
  keywordDsn: canary('row-e'),
  jsonKey: `row-f-${randomBytes(9).toString('hex')}`,
  jsonSecret: `row-g-${randomBytes(9).toString('hex')}`,
  passphrase: canary('row-h'),
  privateKey: canary('row-i'),
  ofRejectReason: canary('row-j'),
};

const encoded = encodeURIComponent;

/** Texts of an event's `error_message`, one a row. */
export const ERROR_MESSAGES: readonly string[] = [
  `binance GET https://fapi.test/fapi/v2/account?timestamp=1732060800000&signature=${encoded(WRITTEN.signature)} 401`,
  `headers: X-MBX-APIKEY: ${encoded(WRITTEN.apiKeyHeader)}`,
  `Authorization: Bearer ${WRITTEN.bearer}`,
  `could not connect to postgres://trader:${WRITTEN.userInfo}@10.0.0.7:5432/bot`,
  `connection string host=10.0.0.7 password=${encoded(WRITTEN.keywordDsn)} dbname=bot`,
  `sent ${JSON.stringify({ apiKey: WRITTEN.jsonKey, secret: WRITTEN.jsonSecret })}`,
  `okx login failed, passphrase=${encoded(WRITTEN.passphrase)}`,
  `signing with private_key: ${encoded(WRITTEN.privateKey)}`,
  // The bot happens to write the password with which the audit itself reads.
  `retry as reader with ${CONFIGURED.botPassword}`,
];

export const REJECT_REASON = `rejected: token=${encoded(WRITTEN.ofRejectReason)}`;

export const ALL: Readonly<Record<string, string>> = {
  ...CONFIGURED,
  ...AROUND,
  ...UNKNOWN_KEYS,
  ...WRITTEN,
};
