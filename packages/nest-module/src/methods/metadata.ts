import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const reflector = new Reflector();

// Either decorator may stand above a method several times.
export const appendMetadata =
  (key: string, value: unknown): MethodDecorator =>
  (_target, _name, { value: method }) => {
    SetMetadata(key, [value, ...metadataOf(key, method)])(method as () => void);
  };

/** What was appended, as written from above to below; nothing is there for most. */
export const metadataOf = <T = unknown>(key: string, method: unknown): readonly T[] =>
  reflector.get<T[] | undefined>(key, method as () => void) ?? [];
