import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { Store } from '../../ports/store.ts';
import { jobsOf } from '../documents/jobs-of.ts';

/** Throws `credential-in-use`, with the first of them, while sources of its owner's jobs name the credential. */
export const refuseCredentialInUse = async (store: Store, { owner, name }: StoredDocument): Promise<void> => {
  const used = await jobsOf(store, owner, ({ spec }) => spec.sources.some(({ credential }) => credential === name));
  const [first] = used;
  if (!first) return;
  const others = used.length === 1 ? '' : ` and ${used.length - 1} more`;
  throw new RunyardError(
    'credential-in-use',
    `The git credential '${name}' is named by a source of the job '${first.spec.name}' (${first.id})${others}. Take it off them, or say \`allowInUse\`: their next start then fails.`,
    { id: first.id },
  );
};
