import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { Store } from '../../ports/store.ts';
import { jobsOf } from '../documents/jobs-of.ts';

/** Throws `secret-in-use`, with the first of them, while jobs of its owner attach the secret. */
export const refuseWhileUsed = async (store: Store, { owner, name }: StoredDocument): Promise<void> => {
  const used = await jobsOf(store, owner, ({ spec }) => spec.secrets.some((secret) => secret.name === name));
  const [first] = used;
  if (!first) return;
  const others = used.length === 1 ? '' : ` and ${used.length - 1} more`;
  throw new RunyardError(
    'secret-in-use',
    `The secret '${name}' is attached to the job '${first.spec.name}' (${first.id})${others}. Take it off them, or say \`allowInUse\`: their next start then fails.`,
    { id: first.id },
  );
};
