import { createHash, randomBytes } from 'node:crypto';

/** A secret of some shape, and how a job gets it. */
export interface Shape {
  name: string;
  value: string;
  type: 'environment_variable' | 'file';
}

/** Values as people have them; new ones at each call, so that nothing of an earlier one is found. */
export const shapes = (): Shape[] => {
  const token = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
  const lines = (length: number): string[] =>
    randomBytes(length)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN ${token(8)} KEY-----\n${lines(800).join('\n')}\n-----END ${token(8)} KEY-----\n`;
  const account = { type: `account-${token(6)}`, private_key: pem, client_email: `${token(12)}@example.org` };
  return [
    variable('short', `§${token(3)}`),
    variable('token', `ghp_${token(36)}`),
    variable('hex', createHash('sha256').update(token(20)).digest('hex')),
    variable('base64', randomBytes(40).toString('base64')),
    variable('password', `${token(5)}'"$(x)\`%40 &<>\\!${token(5)}`),
    variable('words', `${token(6)} horse ${token(6)}  battery`),
    variable('unicode', `Grüße-${token(6)}-密码-😀-${token(6)}`),
    variable('url', `postgres://user:${token(16)}@db.example:5432/${token(6)}?a=b&c=d%20e`),
    variable('lines', `${token(12)}\n  ${token(12)}\r\n\n\t${token(12)}\n`),
    variable('spaces', `  ${token(10)}  `),
    variable('long', randomBytes(3000).toString('base64')),
    file('pem', pem),
    file('account', JSON.stringify(account, null, 2)),
    file('compact', JSON.stringify(account)),
    file('huge', randomBytes(60_000).toString('base64')),
  ];
};

const variable = (name: string, value: string): Shape => ({ name, value, type: 'environment_variable' });
const file = (name: string, value: string): Shape => ({ name, value, type: 'file' });
