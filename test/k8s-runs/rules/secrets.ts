import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@runyard/core';
import { EventRecorder } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import type { Runs } from '../support/use-runs.ts';

const values: Record<string, string> = { token: 'correct-horse-battery', key: 'staple\nsecond-line-of-it\n' };
const told = ['correct-horse-battery', 'second-line-of-it'];

export const secrets = (runs: Runs) =>
  describe('secrets of a job', () => {
    it("are masked in its log, and stand in no file, event, line of the host's log or object of the cluster but the Secret", async () => {
      const heard: string[] = [];
      const hear = (fields: object, message: string): void => void heard.push(JSON.stringify([fields, message]));
      const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear };
      await using on = await runs.open({ logger, secretProvider: { secret: async (name) => values[name] ?? null } });
      using before = new EventRecorder(on.runyard);
      const objects: { resource: string; text: string }[] = [];
      const stop = runs.cluster.api.objects.on(({ resource, object }) =>
        objects.push({ resource, text: JSON.stringify(object) }),
      );
      const { id } = await on.start({
        name: 'careful',
        secrets: [
          { name: 'token', type: 'environment_variable', location: 'TOKEN' },
          { name: 'key', type: 'file', location: 'keys/key' },
        ],
        command: `${on.witness.functions}
          echo "token=$TOKEN"; cat keys/key; say "$TOKEN"; say "$(tail -n 1 keys/key)"; hold; echo "$TOKEN" >&2; exit 3`,
      });
      await on.witness.heard('second-line-of-it');
      expect(on.witness.lines).toEqual(told);
      expect(await filesWith(on.dataDir)).toEqual([]);
      // Whoever adopts it masks what comes then.
      await on.again();
      using recorder = new EventRecorder(on.runyard);
      on.witness.release();
      expect(await on.outcome(id)).toMatchObject({ state: 'failed', reason: 'exit-code' });
      stop();

      expect(await on.log(id)).toBe('token=***\n***\n***\n***\n');
      expect(await filesWith(on.dataDir)).toEqual([]);
      const events = [...before.recorded, ...recorder.recorded].map(({ name, payload }) =>
        JSON.stringify([name, payload], withoutRunyard),
      );
      expect([...events, ...heard].filter(shows)).toEqual([]);
      expect(events.length).toBeGreaterThan(5);
      const showing = new Set(objects.filter(({ text }) => shows(text)).map(({ resource }) => resource));
      expect([...showing]).toEqual(['secrets']);
      expect(on.namespace.left()).toEqual([]);
    });
  });

// As it is, or as the API writes bytes.
const shows = (text: string): boolean =>
  told.some((value) => text.includes(value)) ||
  Object.values(values).some((value) => text.includes(Buffer.from(value).toString('base64')));

const withoutRunyard = (name: string, value: unknown): unknown => (name === 'runyard' ? undefined : value);

const filesWith = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const showing = await Promise.all(paths.map(async (path) => shows((await readFile(path)).toString('latin1'))));
  expect(paths.length).toBeGreaterThan(1);
  return paths.filter((_, n) => showing[n]);
};
