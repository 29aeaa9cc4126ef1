/** Whether a variable of that name is likely to hold what nobody else may see. */
export const hasSecretName = (name: string): boolean => {
  const parts = name.toUpperCase().split('_');
  return (
    parts.some((part) => secretParts.has(part)) ||
    /(APIKEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|SECRET_KEY|ENCRYPTION_KEY|AUTH_KEY|SIGNING_KEY|ACCOUNT_KEY)/.test(
      name.toUpperCase(),
    )
  );
};

/** Whether a value is likely to be a password, a token or a key, whatever its name. */
export const hasSecretValue = (value: string): boolean => secretValues.some((pattern) => pattern.test(value));

/** Whether one is somewhere in a text: in a URL, a header, a line of a file. `${NAME}` stands for what is put there later. */
export const hasSecretInside = (text: string): boolean => {
  const known = text.replace(/\$\{?\w+\}?/g, '');
  const [url, connection] = secretValues;
  if (url.test(known) || connection.test(known) || /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(known)) return true;
  return known
    .split(/[\s=:,;"'/@?&<>()[\]{}]+/)
    .some((part) => /\d/.test(part) && part.length >= 16 && hasSecretValue(part));
};

const secretParts = new Set([
  'SECRET',
  'SECRETS',
  'TOKEN',
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'PASS',
  'PWD',
  'PW',
  'CREDENTIAL',
  'CREDENTIALS',
  'APIKEY',
  'DSN',
  'PAT',
]);

const secretValues: readonly [RegExp, RegExp, ...RegExp[]] = [
  /:\/\/[^/\s:@]*:[^/\s@]+@/, // a URL with a password
  /\b(Password|Pwd|AccountKey|SharedAccessKey)=[^;\s]+/i, // a connection string
  /^(gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|ryd_|hf_|npm_|pypi-|AKIA|ASIA|AIza|SG\.)/,
  /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/, // a JSON web token
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];
