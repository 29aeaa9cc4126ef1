import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSo } from '../stage/as-told.ts';
import { newToken, type Stage } from '../stage/stage.ts';
import { chapter, tell } from '../stage/tell.ts';

const checkout = fileURLToPath(new URL('../checkout', import.meta.url));

/** What Ann has elsewhere: the token that she fetches her repository with. */
export interface AnnsTokens {
  git: string;
  registry: string;
}

/** Ann's program works where she wrote it. */
export const develop = async ({ gitHost, registry, ann }: Stage): Promise<AnnsTokens> => {
  chapter('2. Ann develops, in a checkout of a private repository');
  const tokens = { git: newToken(), registry: newToken() };
  gitHost.admit('ann', { token: tokens.git, push: true });
  registry.tokens.set(tokens.registry, 'ann');
  await writeFile(join(ann.home, '.git-credentials'), `${gitHost.url.replace('//', `//ann:${tokens.git}@`)}\n`);
  await ann.types(`git clone ${gitHost.url}/flat-rents.git`);

  tell('She writes train.mjs, which imports fit-line.mjs and reads data/flats.csv, and tries it.');
  await cp(checkout, join(ann.home, 'flat-rents'), { recursive: true });
  ann.goesTo('flat-rents');
  ann.exports('REGISTRY_URL', registry.url);
  ann.exports('REGISTRY_TOKEN', tokens.registry, '…');
  await ann.types('git add train.mjs data && git commit --quiet -m "Train the model"');
  await ann.types('node train.mjs | grep -v token', { told: ['8 flats: rent ='] });
  isSo(registry.published.join() === 'ann', 'the model was published by ann');
  return tokens;
};
