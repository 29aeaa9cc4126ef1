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
  allOf(discovery).flatMap((wrapper) => {
    const prototype = prototypeOf(wrapper);
    if (!prototype) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const label = `${classOf(wrapper)?.name}.${name}`;
      const call = callMethod(wrapper, name);
      const all = metadataOf<Metadata>(key, (prototype as Record<string, unknown>)[name]);
      return all.map((metadata) => ({ label, metadata, call }));
    });
  });

/** The classes of all providers and controllers. */
export const decorated = ({ discovery }: Pick<Finding, 'discovery'>): { name: string }[] => [
  ...new Set(allOf(discovery).flatMap((wrapper) => classOf(wrapper) ?? [])),
];

const allOf = (discovery: DiscoveryService): Wrapper[] =>
  [...discovery.getProviders(), ...discovery.getControllers()].filter(isItself);

// `useExisting` is another name for what is found by its own.
const isItself = ({ isAlias }: Wrapper): boolean => !isAlias;

const prototypeOf = (wrapper: Wrapper): object | null => classOf(wrapper)?.prototype ?? null;

// What a factory has made, or was given as a value, says itself what it is; what is made for each request has no instance yet.
const classOf = ({ instance, metatype, inject }: Wrapper): { name: string; prototype: object } | null => {
  if (!inject && metatype) return metatype as { name: string; prototype: object };
  if (typeof instance !== 'object' || !instance) return null;
  return Object.getPrototypeOf(instance)?.constructor ?? null;
};
