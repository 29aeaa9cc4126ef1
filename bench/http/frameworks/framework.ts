import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Runyard } from '@runyard/core';

/** What a bare route answers: the same that the route of Runyard beside it did. */
export interface BareAnswers {
  job: object;
  started: object;
}

/** Serves Runyard at `/api`, and at `/bare` routes that only answer: `GET /bare/jobs/:id` and `POST /bare/jobs/:id/start`. */
export interface Framework {
  /** Rejects with a sentence where it cannot be measured. */
  listen(runyard: Runyard, answers: BareAnswers): Promise<number>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
