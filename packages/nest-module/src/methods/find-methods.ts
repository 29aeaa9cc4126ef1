import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type CallMethod, callMethod } from './call-method.ts';
import { metadataOf } from './metadata.ts';

export interface FoundMethod<Metadata> {
  /** `Reports.daily`, for people. */
  label: string;
  metadata: Metadata;
  call: CallMethod;
}

export interface Finding {
  discovery: DiscoveryService;
  scanner: MetadataScanner;
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Each use of a decorator on a method of a provider or a controller. */
export const findMethods = <Metadata>({ discovery, scanner }: Finding, key: string): FoundMethod<Metadata>[] =>
  [...discovery.getProviders(), ...discovery.getControllers()].filter(isItself).flatMap((wrapper) => {
    const prototype = prototypeOf(wrapper);
    if (!prototype) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const label = `${wrapper.inject ? prototype.constructor.name : wrapper.metatype?.name}.${name}`;
      const call = callMethod(wrapper, name);
      const all = metadataOf<Metadata>(key, (prototype as Record<string, unknown>)[name]);
      return all.map((metadata) => ({ label, metadata, call }));
    });
  });

// `useExisting` is another name for what is found by its own.
const isItself = ({ isAlias }: Wrapper): boolean => !isAlias;

// What a factory has made says itself what it is; what is made for each request has no instance yet.
const prototypeOf = ({ instance, metatype, inject }: Wrapper): object | null => {
  if (inject || !metatype) return typeof instance === 'object' && instance ? Object.getPrototypeOf(instance) : null;
  return metatype.prototype ?? null;
};
