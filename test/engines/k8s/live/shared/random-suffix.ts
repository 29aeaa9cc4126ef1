/** What the API server puts behind a `generateName`: no vowels, and nothing that looks like something else. */
export const randomSuffix = (): string =>
  Array.from({ length: 5 }, () => letters[Math.floor(Math.random() * letters.length)]).join('');

const letters = 'bcdfghjklmnpqrstvwxz2456789';
