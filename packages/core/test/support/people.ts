import { memoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { isRunyardError } from '../../src/domain/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Services } from '../../src/services/api.ts';
import type { UserInput, UserView } from '../../src/services/users/api.ts';
import { type TestRunyard, type TestRunyardOptions, testRunyard } from '../../src/testing/test-runyard/test-runyard.ts';

export interface People extends AsyncDisposable {
  t: TestRunyard;
  /** As the system. */
  all: TestRunyard['runyard'];
  store: Store;
  /** Makes a user, and gives the services that he has over HTTP: his principal is read as for a request. */
  user(name: string, input?: Partial<UserInput>): Promise<Person>;
  /** Who a token stands for now, as a request of it would be judged. */
  bearer(token: string, native?: { req?: unknown }): Promise<Services | null>;
}

export interface Person {
  view: UserView;
  id: string;
  token: string;
  as(): Promise<Services>;
}

/** A Runyard with a directory, and people in it. */
export const people = async (options: TestRunyardOptions = {}): Promise<People> => {
  const store = (options.store as Store | undefined) ?? memoryStore();
  const t = await testRunyard({ directory: true, ...options, store });
  const { runyard } = t;
  const bearer: People['bearer'] = async (token, native = {}) => {
    const request = new Request('http://host/', { headers: { authorization: `token ${token}` } });
    const principal = await Promise.resolve(runyard.http.authenticate?.(request, native)).catch(unlessLetIn);
    return principal ? runyard.as(principal) : null;
  };
  return {
    t,
    all: runyard,
    store,
    bearer,
    async user(name, input = {}) {
      const view = await runyard.users.create({ name, ...input });
      const { token } = await runyard.tokens.mint({ name: 'test', userId: view.id });
      const as = async (): Promise<Services> => {
        const services = await bearer(token);
        if (!services) throw new Error(`${name} is let in by nobody`);
        return services;
      };
      return { view, id: view.id, token, as };
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};

// Of one that has expired it says so.
const unlessLetIn = (error: unknown): null => {
  if (isRunyardError(error) && error.code === 'unauthenticated') return null;
  throw error;
};
