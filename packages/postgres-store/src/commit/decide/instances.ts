import { instanceStatements as instances } from '@runyard/core/sql';
import { append, type Image } from '../image.ts';
import type { TakenOf } from '../take.ts';

export const putInstance = (image: Image, change: TakenOf<'instance.put'>): null => {
  const { id, startedAt, expiresAt, leaseMs, places } = change;
  const values = [id, startedAt, expiresAt, leaseMs, JSON.stringify(places)];
  append(image, image.statements, { text: instances.put, values });
  return null;
};

export const forgetInstances = (image: Image, { before }: TakenOf<'instance.forget'>): null => {
  append(image, image.statements, { text: instances.forget, values: [before] });
  return null;
};
