import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job/job.ts';
import type { Store } from '../../ports/store.ts';

/** Throws `secret-in-use`, with the first of them, while jobs of its owner attach the secret. */
export const refuseWhileUsed = async (store: Store, { owner, name }: StoredDocument): Promise<void> => {
  const used = await usersOf(store, owner, name);
  const [first] = used;
  if (!first) return;
  const others = used.length === 1 ? '' : ` and ${used.length - 1} more`;
  throw new RunyardError(
    'secret-in-use',
    `The secret '${name}' is attached to the job '${first.spec.name}' (${first.id})${others}. Take it off them, or say \`allowInUse\`: their next start then fails.`,
    { id: first.id },
  );
};

const usersOf = async (store: Store, owner: string, name: string): Promise<Job[]> => {
  const used: Job[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.jobs({ owners: [owner], limit: 200, ...(after !== undefined && { after }) });
    used.push(...page.items.filter(({ spec }) => spec.secrets.some((secret) => secret.name === name)));
    if (page.next === undefined) return used;
    after = page.next;
  }
};
