/** When something recorded happens in a play, and how its stamps read then. */
export interface Clock {
  /** Recorded ms since the start happen at this epoch ms. */
  at(t: number): number;
  /** A recorded stamp, of whole seconds or finer, as it reads here; the same one always reads the same. */
  stamp(recorded: string): string;
  /** What the recording did at `t` was done now. What comes later is counted from here. */
  passed(t: number, now: number): void;
}

/**
 * Distances are divided by the speed, so that no stamp lies in the future; their order stays, though what was seconds apart may share a second.
 * @param startMs epoch ms of the recording's start
 */
export function createClock({ startMs, speed, now }: { startMs: number; speed: number; now: number }): Clock {
  const anchors = [{ recorded: startMs, here: now }];
  const read = new Map<string, string>();

  function anchorFor(recorded: number) {
    return anchors.findLast((anchor) => anchor.recorded <= recorded) ?? { recorded: startMs, here: now };
  }

  function translate(recorded: string): string {
    const whole = Date.parse(`${recorded.slice(0, 19)}Z`);
    // Not a moment of this recording: `startedAt` of what never started is 1970.
    if (Math.abs(whole - startMs) > 86_400_000) return recorded;
    const fraction = /\.(\d+)Z$/.exec(recorded)?.[1] ?? '';
    // Whole seconds are cut: what they stand for may be almost one second later.
    const anchor = anchorFor(fraction ? whole + Number(`0.${fraction}`) * 1000 : whole + 999);
    const distance = BigInt(whole - anchor.recorded) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
    const here = BigInt(Math.round(anchor.here)) * 1_000_000n + (distance > 0n ? distance : 0n) / BigInt(speed);
    return format(here, fraction.length);
  }

  return {
    at(t) {
      const anchor = anchorFor(startMs + t);
      return anchor.here + (startMs + t - anchor.recorded) / speed;
    },
    stamp(recorded) {
      let here = read.get(recorded);
      if (here === undefined) {
        here = translate(recorded);
        read.set(recorded, here);
      }
      return here;
    },
    passed: (t, here) => void anchors.push({ recorded: startMs + t, here }),
  };
}

// ns since 1970, with so many digits of the second.
function format(ns: bigint, digits: number): string {
  const text = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(ns % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits);
  return digits ? `${text}.${fraction}Z` : `${text}Z`;
}
