import type { Row } from '@runyard/core/sql';
import type { Statement, Value } from '../database/database.ts';
import type { Image } from './image.ts';

/** One statement, and what its rows say of the image. */
export interface Reading {
  statement: Statement;
  into(image: Image, found: Row[]): void;
}

export const reading = (text: string, values: readonly Value[], into: Reading['into']): Reading => ({
  statement: { text, values },
  into,
});
