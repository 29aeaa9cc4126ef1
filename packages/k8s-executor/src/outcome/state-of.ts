import type { Inspection } from '@runyard/core';
import type { Look } from './look.ts';

/** A look as the port tells it. */
export const inspectionOf = (look: Look): Inspection => {
  switch (look.state) {
    case 'waiting':
      return { state: 'waiting', ...(look.sentence !== undefined && { sentence: look.sentence }) };
    case 'finished':
      return { state: 'finished', outcome: look.outcome };
    // Whoever waits for it ends it.
    case 'suspended-again':
    case 'ending':
      return { state: 'running' };
    case 'gone':
      return { state: 'missing' };
    default:
      return { state: look.state };
  }
};

export const stateOf = (look: Look): Inspection['state'] => inspectionOf(look).state;
