import { RunyardError } from '../errors.ts';
import { type Stretch, stretchesBetween } from './stretches.ts';
import { type OffsetAt, offsetFormatter, offsetReader } from './zone-offset.ts';

/** A time zone, as arithmetic: Intl is asked once for each year that somebody looks at. */
export interface Zone {
  readonly name: string;
  /** The stretch that holds the instant. Cut at the ends of cached windows, so neighbours may have one offset. */
  stretchAt(instant: number): Stretch;
}

/** Bounded by the number of IANA names. */
const zones = new Map<string, Zone>();

/** Throws `unknown-zone`; `details` says where the name was written. */
export const zoneNamed = (name: string, details: { position?: number; field?: string }): Zone => {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(name, details);
  zones.set(name, zone);
  return zone;
};

const makeZone = (name: string, details: { position?: number; field?: string }): Zone => {
  const formatter = formatterFor(name);
  const canonical = formatter?.resolvedOptions().timeZone;
  if (formatter === null || canonical === undefined || !isSpelledAsIana(name, canonical)) {
    const expected =
      canonical?.toLowerCase() === name.toLowerCase()
        ? `the spelling ${canonical}`
        : 'an IANA time zone name, such as Europe/Berlin or UTC';
    const where = details.position === undefined ? '' : ` at position ${details.position}`;
    throw new RunyardError(
      'unknown-zone',
      `Unknown time zone ${JSON.stringify(name.slice(0, 100))}${where}. Expected ${expected}.`,
      { ...details, expected, received: name },
    );
  }
  const stretchAt = canonical === 'UTC' ? () => always : cachedStretches(offsetReader(formatter));
  return { name, stretchAt };
};

const formatterFor = (name: string): Intl.DateTimeFormat | null => {
  try {
    return offsetFormatter(name);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/**
 * Intl takes any case and bare offsets; the dialect takes IANA names as they are spelled. For a link such as
 * `US/Eastern` Intl tells only the target's name, so of its own spelling just the capitals can be checked.
 */
const isSpelledAsIana = (name: string, canonical: string): boolean =>
  name.toLowerCase() === canonical.toLowerCase()
    ? name === canonical && /^[A-Z]/.test(name)
    : name.split('/').every((part) => /^[A-Z]/.test(part));

const always: Stretch = {
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  offset: 0,
  fresh: Number.NEGATIVE_INFINITY,
};

const windowMs = 366 * 86_400_000;
const maxWindows = 64;

/** Stretches of whole windows, found on first use. The last answer is kept: most questions are about one season. */
const cachedStretches = (offsetAt: OffsetAt): Zone['stretchAt'] => {
  const windows = new Map<number, Stretch[]>();
  let last: Stretch = { from: 0, to: 0, offset: 0, fresh: 0 };

  const windowOf = (instant: number): Stretch[] => {
    const index = Math.floor(instant / windowMs);
    const known = windows.get(index);
    if (known !== undefined) return known;
    const found = stretchesBetween(offsetAt, index * windowMs, (index + 1) * windowMs);
    if (windows.size >= maxWindows) windows.clear();
    windows.set(index, found);
    return found;
  };

  return (instant) => {
    if (instant >= last.from && instant < last.to) return last;
    last = windowOf(instant).find(({ to }) => instant < to) ?? last;
    return last;
  };
};
